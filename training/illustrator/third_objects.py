"""What is found outside in the third group of drawings, tools, things to wear and things in the air, as data: `name=synonym,synonym` and
their shapes (see `shapes.py`).

Knows only words and shapes.
"""

OUTSIDE = {
    "bench=park bench,garden bench": """
        =iron l5 M16 60L12 94; =iron l5 M20 24L18 62; wood r 8 24 84 8 2; wood r 8 36 84 8 2; wood r 8 48 84 8 2; wood+ p 14 60 86 60 94
        70 6 70; wood r 6 69 88 5 1; iron l4 M10 86L90 86""",
    "swing=swing set,playground swing": """
        =red l5 M22 8L6 96; red l5 M20 8L80 8; =iron l2 M36 8L36 70; iron l2 M60 8L62 70M40 8L38 70; wood r 32 68 36 7 2; red l3 M13
        56L22 56M78 56L87 56""",
    "seesaw=teeter totter": """
        blue p 50 56 70 94 30 94; yellow l8 M4 76L96 40; red l4 M14 72L12 56M86 44L84 28; red l3 M7 57L18 55M79 29L90 27""",
    "sandcastle=sand castle": """
        sand d M4 96Q12 76 22 76L78 76Q88 76 96 96Z; sand+ r 16 48 22 34; sand+ r 62 48 22 34; sand r 34 56 32 28; sand- r 16 40 6 10;
        sand- r 24 40 6 10; sand- r 32 40 6 10; sand- r 62 40 6 10; sand- r 70 40 6 10; sand- r 78 40 6 10; sand+ r 40 28 20 30; sand- p
        36 30 50 12 64 30; sand-- d M44 84L44 72Q50 64 56 72L56 84Z; red p 50 2 66 7 50 12; wood l2 M50 2L50 16""",
    "campfire=bonfire,camp fire,fire pit": """
        orange d M26 80Q14 52 36 36Q36 48 44 44Q40 20 56 4Q56 26 68 36Q70 30 70 26Q90 56 74 80Z; yellow d M36 82Q30 62 44 52Q46 60 52
        40Q68 56 64 82Z; wood l9 M14 94L84 78; wood- l9 M16 78L86 94; straw c 15 94 4; straw c 87 94 4""",
    "signpost=road sign,direction sign,signboard": """
        wood-- r 46 8 8 90 1; wood p 20 14 76 14 90 25 76 36 20 36; wood+ p 80 44 24 44 10 55 24 66 80 66; wood-- l3 M30 25L66 25M34
        55L70 55""",
    "traffic cone=road cone,safety cone": """
        orange- r 12 84 76 11 2; orange p 44 6 56 6 76 84 24 84; white p 38.5 30 61.5 30 66 47 34 47; white p 31 58 69 58 72 70 28 70""",
    "fire hydrant=hydrant": """
        red- r 22 88 56 8 2; red r 32 34 36 56 2; red- r 28 30 44 8 3; red d M33 30Q34 12 50 12Q66 12 67 30Z; red- r 46 5 8 9 2; =red- r
        18 46 14 16 3; gold c 50 58 9; red-- c 50 58 4; red- r 30 78 40 5""",
    "river=stream,creek,brook": """
        green d M0 20L100 20L100 98L0 98Z; water d M44 20Q74 34 44 46Q10 60 28 76Q36 88 24 98L84 98Q88 82 66 70Q50 60 76 48Q98 34 58 20Z;
        water++ l2.4 M52 32Q58 36 52 40M40 58Q34 66 42 74M54 86Q60 90 56 96; green- c 14 40 8; green-- c 88 66 9; stone c 20 84 5; green-
        c 90 30 6""",
    "waterfall=cascade": """
        stone- d M2 96L6 16L30 8L70 8L94 16L98 96Z; green d M4 20Q14 4 32 10L32 20Z M96 20Q86 4 68 10L68 20Z; water+ d M30 10L70 10L74
        86L26 86Z; white l3 M38 14L36 78M50 14L50 70M62 14L64 78; water d M0 86Q12 76 26 82Q50 72 74 82Q88 76 100 86L100 98L0 98Z; white
        e 36 84 12 5; white e 62 84 14 5; stone-- l3 M14 40L20 56M84 36L80 54""",
    "lake=pond,puddle": """
        green e 50 66 49 30; water e 50 68 43 23; water++ l2.4 M28 62L44 62M52 74L72 74M34 80L46 80M60 58L70 58; =green-- l2.6 M8 66L6
        42M13 70L14 46; =wood-- e 6 42 2 6; green+ e 62 66 7 3""",
    "cave=cavern,grotto": """
        stone d M2 94Q4 40 26 26Q40 6 58 16Q84 22 92 54L98 94Z; stone- d M2 94Q6 60 20 44Q18 70 24 94Z; black d M26 94Q24 52 50 44Q78 48
        76 94Z; stone-- l3 M60 24L70 40M36 24L30 36; =stone-- p 38 48 44 46 42 58; green e 16 92 14 6; green e 86 92 12 5""",
    "iceberg=ice floe,glacier": """
        glass+ p 10 66 24 34 38 40 54 6 68 28 78 26 92 66; white p 24 34 38 40 54 6 60 30 44 52 30 48; glass p 54 6 68 28 78 26 92 66 62
        66 58 40; glass- p 22 72 78 72 66 92 50 98 36 88; water r 0 66 100 7 2""",
    "bush=shrub,hedge,bushes": """
        green- c 22 68 20; green c 46 52 26; green- c 74 62 24; green+ c 62 48 16; green r 8 66 84 28 12; green+ c 34 66 12; red c 30 58
        3; red c 52 44 3; red c 70 58 3; red c 48 74 3; red c 82 76 3; red c 18 78 3""",
    "grass=tall grass,reeds,lawn": """
        green d M50 96Q46 50 52 8Q58 52 56 96Z M36 96Q30 56 24 24Q40 54 44 96Z; green- d M60 96Q66 52 80 20Q72 60 68 96Z M22 96Q14 66 4
        46Q24 66 32 96Z; green+ d M44 96Q38 60 38 34Q48 60 52 96Z M70 96Q80 68 96 48Q86 74 80 96Z; green-- r 10 92 80 6 3""",
    "road=path,street,highway,trail": """
        green r 0 26 100 72 2; grey p 44 26 56 26 96 98 4 98; white p 49.4 30 50.6 30 51.4 40 48.6 40; white p 48.4 48 51.6 48 52.6 62
        47.4 62; white p 47 72 53 72 54.6 92 45.4 92; white l1.6 M43 28L8 98M57 28L92 98""",
    "watering can=watering pot": """
        green d M22 40L66 40L70 92L18 92Z; green- e 44 40 22 6; green l6 M68 78L90 40; green- p 80 38 100 44 96 32 86 28; green-- l5 M26
        40Q30 8 62 38; green-- l5 M20 50Q-4 66 20 82; water l2 M96 50L98 58M90 50L91 60""",
    "shovel=spade": """
        wood l6 M50 22L50 62; wood- l5 M38 8L62 8L54 24L46 24Z; steel d M32 56L68 56L68 78Q62 94 50 98Q38 94 32 78Z; steel- l3 M50 62L50
        84; steel-- r 46 50 8 14 2""",
    "rake=garden rake": """
        wood l5 M50 2L50 72; iron l5 M20 74L80 74; iron l4 M20 74L20 94M32 74L32 94M44 74L44 94M56 74L56 94M68 74L68 94M80 74L80 94""",
    "pitchfork=hay fork,trident fork": """
        wood l6 M50 98L50 46; iron l5 M26 6L26 30Q26 44 50 44Q74 44 74 30L74 6M50 6L50 46; =iron p 22 10 26 0 30 10; iron p 46 10 50 0 54
        10""",
    "scythe=sickle": "wood l5 M70 98L58 14; wood l4 M64 56L50 58; steel+ d M60 10Q24 -2 4 40Q28 18 60 22Z; steel- l2 M60 22Q28 18 4 40",
    "anvil": """
        wood d M24 96L28 66L72 66L76 96Z; wood-- l2 M26 80L74 80; iron d M2 26L24 22L96 22L96 34Q76 38 68 46L72 60L28 60L34 46Q12 44 2
        26Z; iron+ r 24 20 72 6 1; iron- r 24 58 52 9 2""",
    "spear=lance,javelin,pike": """
        wood l4.5 M14 92L74 24; steel+ d M94 2L90 26L78 28L70 20L74 8Z; red d M70 20L78 28L70 40L58 30Z; steel- l2 M92 4L74 24""",
    "arrow=arrows": "wood l3.6 M18 84L80 18; steel p 96 2 88 28 72 12; red p 18 84 4 84 14 70 28 72; red- p 18 84 18 98 32 88 30 72",
    "suit of armour=suit of armor,armour,armor": """
        =steel- r 36 68 12 26 3; =steel-- e 40 94 11 4; =steel- c 28 46 9; =steel r 20 50 11 22 4; =steel-- c 25 74 6; steel+ d M32 40Q50
        34 68 40L64 70L36 70Z; steel-- l2 M50 38L50 70; gold r 35 66 30 5; steel d M32 34Q30 4 50 4Q70 4 68 34Q50 42 32 34Z; black r 37
        20 26 4 1; steel- r 48 22 4 14; red d M48 4Q60 -8 72 8Q60 2 54 6Z""",
    "necklace=pendant,pearl necklace,jewellery": """
        gold l4 M14 10Q12 58 50 66Q88 58 86 10; gold c 15 22 5; gold c 18 36 5; gold c 26 49 5; gold c 37 59 5; gold c 63 59 5; gold c 74
        49 5; gold c 82 36 5; gold c 85 22 5; gold c 50 68 11; red p 50 60 64 74 50 96 36 74; red++ p 50 66 56 74 50 80 44 74""",
    "steering wheel=ship wheel,helm": """
        wood l5 M50 2L50 98M2 50L98 50M16 16L84 84M84 16L16 84; wood- l9 M80 50A30 30 0 1 1 20 50A30 30 0 1 1 80 50; wood-- c 50 50 11;
        gold c 50 50 5""",
    "surfboard=surf board,snowboard": """
        teal d M50 2Q76 30 70 80Q64 98 50 98Q36 98 30 80Q24 30 50 2Z; white d M46 6L54 6L56 97L44 97Z; red r 49 6 2.4 90; yellow d M30
        62Q50 72 70 62L71 72Q50 82 29 72Z""",
    "starfish=sea star": """
        orange l18 M50 54L50 14M50 54L88 42M50 54L74 88M50 54L26 88M50 54L12 42; orange c 50 54 20; orange++ c 50 54 4; orange++ c 50 34
        3; orange++ c 50 20 2.4; orange++ c 68 49 3; orange++ c 82 45 2.4; orange++ c 32 49 3; orange++ c 18 45 2.4; orange++ c 61 70 3;
        orange++ c 39 70 3; orange++ c 69 82 2.4; orange++ c 31 82 2.4""",
    "acorn=acorns,oak nut": """
        wood+ d M22 40Q22 80 50 96Q78 80 78 40Z; wood-- d M14 40Q16 16 50 16Q84 16 86 40Q50 50 14 40Z; wood-- l6 M50 18Q50 8 58 4; wood-
        l2 M26 26L40 42M42 20L58 42M60 20L74 40M70 24L52 42M52 20L34 42M36 22L22 40; wood+++ l4 M34 54Q34 70 44 82""",
    "seaweed=kelp,water plant": """
        green l8 M50 98Q30 78 50 58Q70 40 50 22Q44 12 52 4; green- l7 M32 98Q14 80 28 64Q40 50 26 32; green-- l7 M68 98Q86 82 72 66Q60 52
        76 36; sand e 50 96 40 5""",
    "witch hat=wizard hat,pointed hat": """
        black++ e 50 84 48 12; black++ d M24 82Q38 40 44 12Q54 2 78 16Q64 20 62 30Q68 60 76 82Q50 92 24 82Z; purple d M26 74Q50 84 74
        74L76 84Q50 94 23 84Z; gold r 42 75 16 13 2; purple r 46 79 8 5""",
    "cowboy hat=stetson": """
        leather d M2 58Q10 82 50 82Q90 82 98 58Q84 68 74 64L26 64Q16 68 2 58Z; leather+ d M24 66Q26 20 42 22Q50 28 58 22Q74 20 76 66Q50
        76 24 66Z; black r 25 58 50 8 2; gold c 50 62 3""",
    "vending machine=drinks machine": """
        red r 14 4 72 92 3; glass r 20 12 42 58 1; red+ r 24 18 7 12 2; blue r 34 18 7 12 2; green r 44 18 7 12 2; yellow r 24 36 7 12 2;
        orange r 34 36 7 12 2; purple r 44 36 7 12 2; white r 20 31 42 2; white r 20 49 42 2; teal r 24 54 7 13 2; pink r 34 54 7 13 2;
        red r 44 54 7 13 2; black r 67 16 13 12 1; steel r 68 34 11 20 1; black r 22 78 38 10 2""",
    "arcade machine=arcade cabinet,video arcade": """
        purple p 24 4 78 4 78 24 70 34 70 54 82 62 82 96 20 96 20 10; yellow r 28 8 46 12 2; black r 28 26 38 28 2; green r 34 34 5 5;
        red r 44 42 5 5; yellow r 54 32 5 5; purple++ p 24 58 72 58 82 68 20 68; red c 36 58 4; iron l3 M36 62L36 56; yellow c 56 63 3;
        blue c 66 63 3; black r 42 76 18 12 1""",
    "solar panel=solar panels,photovoltaic panel": """
        iron l5 M50 70L50 94M34 95L66 95; steel+ p 16 14 84 14 98 74 2 74; blue-- p 19 18 81 18 93 70 7 70; steel+ l1.6 M40 18L35 70M60
        18L65 70M15 35L85 35M11 52L89 52""",
    "rover=mars rover,moon rover,lunar rover": """
        steel r 18 46 60 18 2; blue-- p 10 40 60 40 56 46 8 46; iron l3 M70 46L70 18; white r 62 10 20 12 2; black c 68 16 3; black c 76
        16 3; iron l3 M24 64L16 80L34 80M48 64L48 80M74 64L84 80L66 80; iron- c 16 84 10; iron- c 48 84 10; iron- c 82 84 10; stone c 16
        84 4; stone c 48 84 4; stone c 82 84 4; steel+ d M28 38L36 22L48 30Z; gold r 40 50 16 10 1""",
}
"""Outside, and tools and things to wear."""

IN_THE_AIR = {
    "hot air balloon=air balloon": """
        red d M50 2Q90 4 90 38Q88 58 60 74L40 74Q12 58 10 38Q10 4 50 2Z; yellow d M50 2Q72 10 72 38Q70 60 56 74L44 74Q30 60 28 38Q28 10
        50 2Z; blue d M50 2Q58 14 58 38Q57 62 53 74L47 74Q43 62 42 38Q42 14 50 2Z; wood-- l1.6 M41 74L43 86M59 74L57 86; wood r 40 84 20
        14 2; wood-- l2 M40 90L60 90""",
    "airship=zeppelin,blimp": """
        steel e 50 42 48 24; steel+ l2 M4 38Q50 16 94 36; steel- d M3 46Q50 60 97 46Q88 66 50 66Q12 66 3 46Z; red p 2 24 16 34 14 50 2
        60; red e 48 42 26 5; iron r 34 64 32 12 4; glass r 38 67 6 5; glass r 47 67 6 5; glass r 56 67 6 5""",
    "drone=quadcopter,quadrocopter": """
        iron l5 M16 34L38 50M84 34L62 50M22 72L38 58M78 72L62 58; iron- e 16 28 16 4; iron- e 84 28 16 4; iron- e 22 66 16 4; iron- e 78
        66 16 4; =iron r 13 28 6 9 2; =iron r 19 66 6 9 2; steel r 34 44 32 20 6; black c 50 68 8; glass c 50 68 4; red c 40 50 2.4;
        green c 60 50 2.4; =iron l3 M40 64L34 84""",
    "fighter jet=jet fighter,warplane,fighter plane": """
        steel p 50 30 96 72 96 80 60 72 60 30; steel p 50 30 4 72 4 80 40 72 40 30; steel- p 58 78 76 94 76 98 50 92 24 98 24 94 42 78;
        steel+ d M50 0Q60 22 60 50L58 92L42 92L40 50Q40 22 50 0Z; blue-- d M50 18Q56 28 54 44L46 44Q44 28 50 18Z; =orange p 43 92 49 92
        46 100; =red c 24 70 4; steel- l2 M50 56L50 88""",
    "space station=spacestation,orbital station": """
        =blue- r 2 16 22 28 1; =blue- r 2 56 22 28 1; =white l1.4 M2 30L24 30M13 16L13 44M2 70L24 70M13 56L13 84; =steel- r 24 28 14 4;
        =steel- r 24 68 14 4; =steel- r 34 20 5 60; steel+ r 36 34 28 34 6; steel r 42 8 16 26 4; steel r 40 68 20 24 4; glass c 50 50 7;
        steel- r 36 44 28 2; steel- r 36 58 28 2; red r 44 14 12 4; gold r 42 80 16 4""",
    "asteroid=meteoroid,space rock": """
        stone- d M14 40Q20 12 46 10Q74 6 86 30Q98 58 80 78Q62 96 38 88Q6 80 14 40Z; stone d M18 42Q24 18 46 16Q66 14 74 32Q70 60 46 66Q26
        68 18 42Z; stone-- c 38 34 8; stone-- c 62 50 10; stone-- c 36 64 6; stone-- c 64 76 5; stone-- c 70 28 4""",
    "meteor=meteorite,fireball,falling star": """
        orange d M98 2Q60 20 26 46Q4 66 16 86Q34 100 56 78Q80 46 98 2Z; yellow d M82 16Q56 34 32 54Q16 70 26 80Q38 88 52 70Q70 48 82 16Z;
        stone- c 34 70 20; stone c 32 66 12; stone-- c 40 76 5; stone-- c 28 64 4""",
    "dragonfly=damselfly": """
        =glass d M48 32Q24 10 2 16Q4 32 46 38Z; =glass- d M48 40Q22 40 8 60Q24 64 48 46Z; teal l7 M50 40L50 94; teal-- l2 M46 56L54 56M46
        66L54 66M46 76L54 76M46 86L54 86; teal- e 50 34 8 12; =red c 45 18 6; teal- c 50 22 6""",
}
"""What flies: it casts no shadow in sketches."""
