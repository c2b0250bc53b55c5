"""The buildings, furniture and machines of the third group of drawings, as data: `name=synonym,synonym` and their shapes (see `shapes.py`).

Knows only words and shapes.
"""

BUILT = {
    "cabin=log cabin,shack,lodge,wooden house": """
        stone r 66 8 11 30 1; wood r 16 44 68 50; wood- l2 M16 54L84 54M16 64L84 64M16 74L84 74M16 84L84 84; wood-- p 50 8 96 48 88 54 50
        24 12 54 4 48; wood+ p 50 24 82 48 18 48; leather r 42 60 18 34 1; gold c 56 78 1.8; glass r 22 60 14 14; glass r 66 60 14 14;
        wood-- l2 M29 60L29 74M73 60L73 74""",
    "barn=farm,farmhouse,stable": """
        red p 50 6 84 28 92 54 92 94 8 94 8 54 16 28; grey p 50 2 88 26 98 54 90 54 82 32 50 12 18 32 10 54 2 54 12 26; white r 30 54 40
        40; red- r 34 58 32 36; white l3.5 M34 58L66 94M66 58L34 94M50 58L50 94; white r 41 26 18 18 2; black r 44 29 12 12""",
    "lighthouse=light house,beacon": """
        stone- e 50 94 40 6; white p 38 30 62 30 69 94 31 94; red p 37 40 63 40 64.5 53 35.5 53; red p 34 66 66 66 67.5 80 32.5 80; iron
        r 33 26 34 5 1; yellow r 40 12 20 14; iron r 49 12 2 14; red p 36 12 50 0 64 12; leather r 45 84 10 10 3""",
    "castle tower=fortress,fort,turret,watchtower,city wall": """
        stone p 28 34 72 34 76 96 24 96; stone- r 22 20 56 16; stone- r 22 8 11 14; stone- r 37 8 10 14; stone- r 53 8 10 14; stone- r 67
        8 11 14; leather d M42 96L42 78Q50 66 58 78L58 96Z; black d M46 58L46 48Q50 42 54 48L54 58Z; stone-- l2 M32 46L40 46M60 52L68
        52M30 64L38 64M62 70L70 70M31 82L37 82M62 86L69 86""",
    "windmill=mill,dutch windmill": """
        cloth p 38 40 62 40 72 96 28 96; wood-- p 34 42 50 24 66 42; leather d M44 96L44 80Q50 72 56 80L56 96Z; wood- l3 M22 8L78 72M82
        12L18 68; white p 46 30 40 36 16 10 22 4; white p 58 32 82 6 88 12 62 38; white p 54 46 60 40 84 66 78 72; white p 42 44 18 68 12
        62 40 38; wood-- c 50 39 5""",
    "wind turbine=wind generator,wind power": """
        white p 48 44 52 44 54 97 46 97; stone e 50 97 14 3; white d M50 40L58 36Q60 16 52 0Q46 20 50 40Z; white d M50 40L48 48Q64 64 84
        66Q70 48 50 40Z; white d M50 40L42 36Q24 44 12 62Q34 58 50 40Z; stone c 50 40 5""",
    "watermill=water mill,mill wheel": """
        cloth r 8 40 46 54; brick p 2 42 31 12 60 42; leather r 18 68 14 26 1; glass r 38 52 10 12; wood- l5 M88 66A20 20 0 1 1 48 66A20
        20 0 1 1 88 66; wood l3 M68 46L68 86M48 66L88 66M54 52L82 80M82 52L54 80; wood-- c 68 66 5; water d M36 90Q50 82 64 90Q78 82 98
        88L98 98L36 98Z""",
    "bridge=stone bridge,footbridge,viaduct": """
        water r 0 84 100 12; stone d M0 50Q50 18 100 50L100 92L84 92A34 32 0 0 0 16 92L0 92Z;
        stone-- l5 M16 92A34 32 0 0 1 84 92; stone+ l7 M2 48Q50 16 98 48; =stone- r 1 34 7 18 1; =stone- r 20 24 6 15 1;
        stone- r 47 20 6 14 1; stone+ l4 M3 36Q50 6 97 36; water++ l2 M34 90L46 90M56 93L66 93""",
    "wooden bridge=rope bridge,plank bridge,drawbridge": """
        wood l4 M6 34Q50 58 94 34; wood- l5 M4 66Q50 90 96 66; wood+ l9 M4 72Q50 96 96 72; wood-- l1.6 M16 72L16 80M28 77L28 86M40 81L40
        90M52 82L52 91M64 80L64 90M76 76L76 86M88 72L88 80; =wood-- r 2 22 6 66 2; wood- l2 M20 42L20 68M35 48L35 74M50 50L50 78M65 48L65
        74M80 42L80 68""",
    "gate=garden gate,gateway,city gate": """
        =stone r 4 18 18 78 1; =stone- r 2 10 22 10 2; iron l4 M26 36Q50 10 74 36; =iron l4 M28 34L28 94M36 30L36 94M44 26L44 94; =iron
        l4 M24 50L48 50M24 84L48 84; =gold c 45 66 3; =stone+ c 13 6 6""",
    "fence=picket fence,wooden fence,railing": """
        wood r 0 48 100 7; wood r 0 72 100 7; wood+ p 6 92 6 34 14 24 22 34 22 92; wood+ p 30 92 30 34 38 24 46 34 46 92; wood+ p 54 92
        54 34 62 24 70 34 70 92; wood+ p 78 92 78 34 86 24 94 34 94 92""",
    "stone wall=wall,brick wall": """
        brick-- r 2 30 96 64 1; brick r 3 32 28 13 1; brick+ r 34 32 30 13 1; brick r 67 32 30 13 1; brick r 3 48 14 13 1; brick r 20 48
        30 13 1; brick+ r 53 48 30 13 1; brick r 86 48 11 13 1; brick+ r 3 64 28 13 1; brick r 34 64 30 13 1; brick r 67 64 30 13 1;
        brick r 3 80 14 12 1; brick+ r 20 80 30 12 1; brick r 53 80 30 12 1; brick+ r 86 80 11 12 1""",
    "arch=archway,triumphal arch,ruins": """
        stone d M8 96L8 24L92 24L92 96L70 96L70 62Q70 44 50 44Q30 44 30 62L30 96Z; stone- r 2 14 96 12 1; stone+ r 8 6 84 10 1; stone--
        l2 M14 40L24 40M76 40L86 40M14 56L24 56M76 56L86 56M14 72L24 72M76 72L86 72M14 88L24 88M76 88L86 88; stone- r 44 30 12 12""",
    "pillar=column,greek column,marble column": """
        stone+ r 30 20 40 66; stone- r 36 20 4 66; stone- r 48 20 4 66; stone- r 60 20 4 66; stone r 22 12 56 10 4; stone+ r 18 4 64 9 1;
        stone r 22 84 56 7 2; stone+ r 16 90 68 7 1""",
    "pyramid=egyptian pyramid,pyramids": """
        sand p 50 8 98 92 60 92; sand- p 50 8 60 92 2 92; sand-- l1.6 M42 24L53 24M33 40L55 40M24 56L57 56M13 74L59 74; sand- l1.6 M53
        24L59 24M55 40L68 40M57 56L78 56M59 74L88 74""",
    "obelisk=monolith,monument": """
        stone r 26 88 48 8 1; stone- r 32 80 36 9 1; stone+ p 40 80 43 14 50 2 50 80; stone p 60 80 57 14 50 2 50 80; stone-- l1.6 M45
        30L48 30M45 40L48 40M45 50L48 50M44 60L48 60""",
    "igloo=ice house": """
        glass+ d M4 90Q4 26 46 26Q88 26 88 90Z; glass- l2 M8 70L60 70M16 50L76 50M30 34L62 34M30 50L30 70M46 34L46 50M20 70L20 90M40
        70L40 90M62 50L62 66; glass d M54 90L54 74Q54 56 74 56Q96 56 96 76L96 90Z; black d M62 90L62 76Q64 64 75 64Q88 64 88 78L88 90Z""",
    "treehouse=tree house": """
        wood- p 44 98 46 56 56 56 60 98; green c 26 30 20; green+ c 50 20 20; green- c 74 32 20; wood r 28 36 44 26; brick p 22 38 50 16
        78 38; leather r 56 44 10 18; glass r 34 44 13 11; wood-- r 22 61 56 5 1; wood l2 M38 66L36 96M46 66L46 96M37 74L46 74M37 82L46
        82M36 90L46 90""",
    "greenhouse=glasshouse,conservatory": """
        glass p 50 12 92 40 92 92 8 92 8 40; =green e 24 84 12 9; =green+ e 40 86 9 8; =red c 22 78 3; white l4 M50 12L92 40L92 92L8 92L8
        40Z; white l3 M8 40L92 40M29 26L29 92M71 26L71 92M50 12L50 40; white l3 M40 92L40 54L60 54L60 92""",
    "well=wishing well,water well": """
        =wood r 16 30 7 40; brick p 50 4 94 32 6 32; brick- p 50 4 94 32 72 32; wood- r 18 38 64 5 2; cloth l2 M50 42L50 58; wood+ p 42
        54 58 54 56 68 44 68; stone d M10 66L90 66L86 96L14 96Z; stone+ e 50 66 41 7; black e 50 66 34 4; stone-- l2 M18 80L38 80M46
        80L66 80M72 80L84 80M28 88L50 88M58 88L76 88""",
    "water tower=water tank": """
        =iron l4 M30 52L20 96; iron l4 M50 52L50 96; iron l2 M26 74L74 74M28 56L50 74L72 56; steel r 22 20 56 36 3; steel- r 22 30 56 3;
        steel- r 22 44 56 3; steel-- p 18 22 50 2 82 22""",
    "silo=grain silo,granary": """
        steel+ r 28 26 44 70; steel- d M28 26Q30 4 50 4Q70 4 72 26Z; steel-- l1.6 M28 40L72 40M28 54L72 54M28 68L72 68M28 82L72 82;
        leather r 44 80 12 16; steel-- l2 M36 26L36 78""",
    "phone booth=telephone box,phone box,telephone booth": """
        red r 24 8 52 88 2; red- d M22 16Q24 4 50 4Q76 4 78 16Z; white r 30 18 40 7 1; glass r 31 30 38 54; red l3 M44 30L44 84M57 30L57
        84M31 44L69 44M31 57L69 57M31 70L69 70; red- r 20 90 60 7 1""",
    "market stall=stall,kiosk,fruit stand": """
        =wood r 12 30 5 62; wood r 8 64 84 30 1; wood- l2 M8 78L92 78; =red c 22 60 7; =orange c 37 60 7; green c 50 60 7; red d M6 12L94
        12L100 36Q92 44 84 36L16 36Q8 44 0 36Z; white d M22 12L39 12L36 36Q26 44 16 36Z; white d M61 12L78 12L84 36Q74 44 64 36Z; red d
        M39 12L61 12L64 36Q50 46 36 36Z""",
    "birdhouse=bird house,bird box": """
        wood-- r 46 70 8 28; wood r 24 32 52 44 2; brick p 50 4 90 38 82 44 50 18 18 44 10 38; black c 50 46 9; wood-- l4 M50 62L50 68;
        wood+ p 50 18 76 38 24 38; black c 50 46 9""",
    "doghouse=dog house,kennel": """
        wood r 14 44 72 50 1; red p 50 8 96 46 88 54 50 24 12 54 4 46; wood+ p 50 24 80 48 20 48; black d M32 94L32 70Q32 54 50 54Q68 54
        68 70L68 94Z; bone l5 M44 40L56 40; =bone c 43 38 3; =bone c 43 42 3""",
    "stairs=staircase,steps,stairway": """
        stone- p 6 94 6 80 94 8 94 94; stone+ p 6 78 24 78 24 62 42 62 42 46 60 46 60 30 78 30 78 14 98 14 98 94 6 94; stone r 6 84 92
        10; stone- r 24 68 74 6; stone- r 42 52 56 6; stone- r 60 36 38 6; stone- r 78 20 20 6""",
    "pier=dock,jetty,boardwalk": """
        water r 0 66 100 28 3; wood- r 10 40 7 50; wood- r 46 44 7 46; wood- r 82 40 7 50; wood p 14 34 86 34 100 52 0 52; wood+ l2 M8
        42L92 42M4 47L96 47; wood-- r 0 52 100 5; water+ l2 M20 80L34 80M58 84L76 84""",
    "statue=sculpture,marble statue,bust": """
        stone r 22 84 56 13 1; stone- r 28 74 44 11 1; stone+ d M38 34Q50 28 62 34L68 74L32 74Z; stone+ l8 M38 38L26 50L38 58; stone+ l8
        M62 38L76 22; stone+ c 50 20 12; stone d M40 16Q42 6 52 7Q62 8 61 20Q52 12 40 16Z; stone- l2 M44 44L40 74M54 42L56 74M62 50L60
        74; stone- c 78 18 5""",
    "scarecrow=straw man": """
        wood r 47 30 6 66; wood r 8 44 84 5 2; =straw p 4 40 12 46 4 54; blue p 28 40 72 40 70 70 30 70; =blue r 14 40 22 13 2; red r 36
        54 11 11; =straw p 30 70 48 70 44 84 34 82; sand c 50 24 15; =black c 44 22 2.4; orange p 50 24 46 30 54 30; black l1.6 M42 33L58
        33M45 31L45 35M50 31L50 35M55 31L55 35; straw-- d M24 16Q50 6 76 16Q50 22 24 16Z; straw-- d M38 14L44 -4L58 0L62 14Z; red r 37 10
        26 4""",
    "tree stump=stump,log stump": """
        wood-- d M24 34L22 74Q8 84 8 92Q24 88 34 92L46 88L60 96L68 88Q82 90 94 92Q88 80 78 74L76 34Z; straw e 50 34 27 11; wood+ e 50 34
        18 7; straw e 50 34 10 4; wood--- l2 M34 54L34 76M50 58L50 80M64 52L64 74""",
    "haystack=hay bale,bale of hay,straw bale": """
        straw d M4 94Q8 40 34 22Q50 8 66 22Q92 40 96 94Z; straw- l3 M30 40L24 60M44 30L42 52M58 34L62 54M72 46L78 64M20 70L16 88M36 64L34
        86M52 62L52 84M68 70L72 88M84 74L86 90; straw+ l3 M38 42L34 58M52 40L54 56M64 60L66 76M44 72L44 88M26 78L24 90""",
}
"""Buildings and what belongs to them."""

INSIDE = {
    "table=dining table,coffee table,wooden table": """
        =wood- r 12 50 9 44 1; =wood-- r 30 50 7 34 1; wood+ p 18 32 82 32 98 46 2 46; wood r 2 46 96 9 2; wood l1.6 M20 38L80 38""",
    "desk=writing desk,office desk": """
        wood- r 8 46 9 48; wood- r 54 46 38 48 1; wood+ r 2 36 96 11 2; wood r 58 52 30 11 1; wood r 58 66 30 11 1; wood r 58 80 30 11 1;
        gold r 69 56 8 3; gold r 69 70 8 3; gold r 69 84 8 3; blue r 20 28 24 4 1; red r 22 24 20 4 1; black l3 M76 36L76 22L66 14;
        yellow p 60 10 72 10 66 22 56 18""",
    "stool=bar stool,footstool": """
        =wood- l6 M34 34L22 94; wood- l5 M28 70L72 70; wood- l5 M50 34L50 92; wood e 50 30 36 10; wood+ e 50 27 36 9""",
    "rocking chair=rocker": """
        wood- l5 M6 82Q46 104 96 80; wood l6 M24 88L32 56M76 88L72 56; wood l6 M26 8L34 58L78 58; wood+ l4 M38 40L74 40L74 56; red r 32
        50 44 8 3; wood l3 M30 20L34 56""",
    "throne=royal chair,royal throne": """
        gold r 24 6 52 70 3; red r 31 16 38 46 3; gold- l2 M44 26L44 28M56 26L56 28M50 36L50 38M44 46L44 48M56 46L56 48; =gold c 26 6 6;
        gold p 40 8 50 -4 60 8; red c 50 6 3; red r 26 60 48 14 3; =gold- r 12 48 13 26 3; =gold+ r 10 44 18 8 4; gold- r 14 74 72 10 1;
        =gold r 16 84 10 12 1; =gold- r 34 84 8 10 1""",
    "bookshelf=bookcase,shelf,shelves,library": """
        wood r 10 4 80 92 2; wood-- r 16 10 68 22; wood-- r 16 38 68 22; wood-- r 16 66 68 24; red r 18 12 8 20; blue r 27 14 7 18; green
        r 35 11 9 21; yellow r 45 15 6 17; purple r 52 12 9 20; white r 62 14 6 18; orange r 70 12 10 20; green r 18 42 10 18; yellow r
        29 40 7 20; red r 37 43 9 17; teal r 60 41 8 19; red r 69 42 6 18; blue r 76 40 7 20; blue r 18 69 7 21; orange r 26 71 10 19;
        purple r 37 68 7 22; red r 45 70 8 20; green r 54 69 8 21; white r 70 70 8 20""",
    "fireplace=hearth": """
        brick r 8 16 84 80 1; wood- r 2 8 96 10 2; black d M24 96L24 56Q24 38 50 38Q76 38 76 56L76 96Z; orange d M32 92Q28 70 44 60Q44 68
        50 52Q62 62 60 70Q66 66 68 74Q72 84 66 92Z; yellow d M40 92Q40 78 49 70Q58 78 58 92Z; wood l6 M32 92L68 92; brick-- l2 M8 32L92
        32M8 48L20 48M80 48L92 48M8 64L20 64M80 64L92 64M8 80L20 80M80 80L92 80M30 18L30 32M56 18L56 32M80 18L80 32""",
    "wardrobe=cupboard,closet,armoire,cabinet": """
        =wood-- r 16 90 10 7; wood r 10 6 80 86 2; wood- r 6 4 88 8 2; wood+ r 15 16 32 70 1; wood+ r 53 16 32 70 1; wood r 20 22 22 26;
        wood r 58 22 22 26; wood r 20 54 22 26; wood r 58 54 22 26; =gold c 44 52 2.6""",
    "fridge=refrigerator,freezer": """
        steel-- r 24 92 52 5; white r 20 4 60 90 5; stone r 20 36 60 2.5; iron r 26 16 4 16 2; iron r 26 44 4 22 2; red r 58 14 8 6 1;
        yellow r 62 48 9 9; blue r 50 50 8 8""",
    "stove=oven,cooker": """
        steel r 12 26 76 70 3; iron r 12 18 76 12 2; black c 24 24 3; red c 40 24 3; red c 60 24 3; black c 76 24 3; steel++ r 12 34 76 5
        1; iron r 20 46 60 40 4; orange r 26 52 48 28 3; red r 32 6 36 11 2; iron l4 M68 10L82 10; steel++ r 24 42 52 3 1""",
    "washing machine=washer,laundry machine,dryer": """
        white r 12 6 76 90 5; stone+ r 12 6 76 16 5; red c 22 14 4; blue c 34 14 3; black r 60 10 22 8 1; steel c 50 58 28; glass- c 50
        58 21; blue+ d M30 62Q40 54 50 62Q60 70 70 60A21 21 0 0 1 30 62Z; white c 42 48 4""",
    "kettle=tea kettle,jug,pitcher": """
        red d M20 88Q12 46 38 38L62 38Q88 46 80 88Z; red- r 18 86 64 8 3; red d M78 56L98 38L92 60L80 72Z; black l6 M26 40Q50 -8 74 40;
        red- e 50 38 16 5; black c 50 32 5; red++ l5 M30 54Q28 64 28 74""",
    "cauldron=cooking pot,pot": """
        =iron- l5 M28 84L20 96; iron d M14 42Q2 92 50 92Q98 92 86 42Z; iron- r 8 34 84 11 5; green e 50 36 36 6; green+ c 38 28 7; green
        c 56 24 9; green+ c 68 30 5; green c 50 10 5; iron+ l4 M22 54Q20 70 30 80""",
    "potion=magic potion,elixir,flask": """
        purple d M42 40L42 22L58 22L58 40Q86 54 80 78Q76 94 50 94Q24 94 20 78Q14 54 42 40Z; purple++ d M24 62Q50 54 76 62Q80 72 76 80Q66
        92 50 92Q34 92 24 80Q20 72 24 62Z; purple+ d M23 66Q50 58 77 66Q80 88 50 90Q20 88 23 66Z; white c 40 76 4; white c 56 70 3; white
        c 58 84 3; stone r 38 18 24 7 2; wood r 43 6 14 13 2""",
    "crate=wooden crate,wooden box": """
        wood r 8 14 84 80 2; wood+ r 8 14 84 14 2; wood+ r 8 80 84 14 2; wood+ r 8 14 14 80 2; wood+ r 78 14 14 80 2; wood+ p 22 34 30 28
        78 74 78 80 70 80 22 34; wood-- c 15 21 2; wood-- c 85 21 2; wood-- c 15 87 2; wood-- c 85 87 2""",
    "sack=burlap sack,bag of grain": """
        cloth d M36 28Q10 56 16 88Q50 100 84 88Q90 56 64 28Z; cloth- d M30 6Q40 14 50 8Q60 14 70 6L64 26L36 26Z; leather r 33 24 34 6 3;
        cloth- l3 M40 36Q32 48 30 62M58 36Q66 48 68 60; cloth- r 42 56 16 16""",
    "pillow=cushion": """
        blue+ d M10 26Q50 36 90 22Q84 50 92 82Q50 72 10 84Q18 54 10 26Z; blue l2.5 M20 36Q50 42 80 32M22 74Q50 66 82 72; blue c 50 54 4;
        =blue+ c 10 25 4; =blue+ c 10 82 4""",
    "carpet=rug,flying carpet,magic carpet": """
        red p 18 30 82 30 98 76 2 76; gold p 23 36 77 36 88 70 12 70; red- p 28 40 72 40 80 66 20 66; gold p 50 44 64 53 50 62 36 53;
        blue p 50 48 57 53 50 58 43 53; gold l2 M6 76L4 84M18 76L17 84M30 76L30 84M42 76L42 84M54 76L54 84M66 76L66 84M78 76L79 84M92
        76L94 84""",
    "aquarium=fish tank,fishbowl,fish bowl": """
        glass r 6 16 88 74 3; water r 10 28 80 58; sand r 10 76 80 11; green l4 M20 76Q14 60 24 50M28 76Q34 64 26 56; orange e 54 48 13
        8; orange p 64 48 78 38 78 58; black c 47 46 1.8; yellow e 36 66 9 5; yellow p 43 66 52 60 52 72; red e 74 68 8 5; red p 68 68 60
        62 60 74; iron r 4 88 92 6 2; iron r 4 12 92 6 2; white c 44 36 2; white c 38 32 1.6""",
    "chandelier=crystal chandelier,ceiling lamp": """
        gold l3 M50 0L50 40; gold c 50 44 7; gold l4 M50 56Q24 76 12 50M50 56Q76 76 88 50M50 56Q38 76 34 50M50 56Q62 76 66 50; gold c 50
        60 8; =white r 9 34 6 16; =white r 31 34 6 16; =yellow e 12 28 4 7; =orange e 34 28 4 7; =gold r 5 48 14 4 2; =gold r 27 48 14 4
        2; glass p 50 68 56 80 50 94 44 80; =glass p 24 66 28 74 24 82 20 74; =glass p 38 68 42 78 38 88 34 78""",
    "lantern=oil lantern,hurricane lantern": """
        iron l4 M32 26Q30 2 50 2Q70 2 68 26; iron p 34 26 42 14 58 14 66 26; iron r 28 24 44 7 2; yellow r 32 31 36 46; orange d M50
        38Q64 58 50 72Q36 58 50 38Z; white d M50 50Q56 62 50 70Q44 62 50 50Z; iron r 30 31 4 46; iron r 66 31 4 46; iron r 26 76 48 8 2;
        iron- r 22 84 56 10 3""",
    "street lamp=street light,lamp post,lamppost": """
        iron- r 36 90 28 7 2; iron r 46 36 8 56; iron- r 40 76 20 6 2; iron r 38 34 24 4 1; yellow p 36 12 64 12 60 34 40 34; iron l2 M36
        12L40 34M64 12L60 34; iron p 32 13 50 1 68 13; white c 50 24 5""",
    "desk lamp=reading lamp,table lamp": """
        iron- e 40 92 28 6; iron l6 M40 90L26 54L62 24; iron c 26 54 5; red d M46 32L64 10Q88 14 86 44Z; yellow d M48 34L86 44Q76 56 62
        50Q50 44 48 34Z; red- c 60 16 6""",
    "grandfather clock=longcase clock,tall clock": """
        wood r 32 26 36 62; wood- d M26 32L26 16Q50 -6 74 16L74 32Z; wood-- r 24 86 52 11 1; bone c 50 20 13; black l2 M50 20L50 11M50
        20L57 22; wood-- r 39 40 22 42 1; gold l2 M50 40L50 68; gold c 50 70 6""",
    "treasure chest=chest,treasure,pirate treasure": """
        gold e 50 44 38 16; gold+ c 36 36 6; gold- c 52 32 7; red p 62 28 70 36 62 44 56 36; blue c 28 42 4; wood- d M8 36Q10 4 50 4Q90 4
        92 36L84 36Q80 18 50 18Q20 18 16 36Z; gold l2 M44 30L44 40; wood r 8 48 84 46 3; gold r 8 46 84 8 1; gold r 16 48 9 46; gold r 75
        48 9 46; gold+ r 42 50 16 18 2; black c 50 57 3; black r 48.6 57 2.8 7""",
    "gold bars=gold bar,bullion,ingot": """
        gold p 12 92 18 66 42 66 48 92; gold p 52 92 58 66 82 66 88 92; gold p 32 64 38 38 62 38 68 64; gold+ p 18 66 22 60 46 60 42 66;
        gold+ p 58 66 62 60 86 60 82 66; gold+ p 38 38 42 31 66 31 62 38; gold- p 42 66 46 60 54 84 48 92; gold- p 82 66 86 60 94 84 88
        92; gold- p 62 38 66 31 74 56 68 64""",
    "safe=strongbox,bank vault,vault": """
        iron- r 16 90 14 7; iron- r 70 90 14 7; steel- r 8 8 84 84 4; steel r 16 16 68 68 3; steel-- c 50 50 20; steel++ c 50 50 14; iron
        l4 M50 36L50 64M36 50L64 50; iron c 50 50 5; =iron r 8 26 6 12; =iron r 8 62 6 12""",
    "easel=canvas": """
        wood l5 M50 4L20 96M50 4L80 96M50 10L50 90; white r 14 20 72 50 1; water r 18 24 64 42; green d M18 66L18 52Q34 40 50 54Q66 42 82
        54L82 66Z; yellow c 68 36 7; wood- r 10 68 80 7 1""",
    "blackboard=chalkboard,school board": """
        wood r 2 12 96 68 2; green-- r 8 18 84 56; white l3 M18 34L28 34M36 34L46 34M41 29L41 39M56 31L66 31M56 37L66 37M18 54Q30 44 40
        56Q50 66 62 50; white l3 M74 30L84 40M84 30L74 40; wood- r 10 78 80 6 1; white r 20 74 12 4; =wood- l5 M18 84L12 97""",
    "harp=lyre": """
        white l1.4 M30 30L30 84M38 28L40 86M46 28L50 84M54 32L60 78M62 34L68 72; gold l7 M22 22L22 90; gold l7 M22 90Q56 98 82 60; gold
        l7 M22 20Q36 8 50 20Q66 32 84 18L82 60; gold- e 22 94 14 4; gold c 22 14 6""",
    "snow globe=snowglobe": """
        wood d M24 78L76 78L84 96L16 96Z; gold r 26 74 48 6 2; glass c 50 42 36; white d M18 58Q50 46 82 58Q72 78 50 78Q28 78 18 58Z;
        green-- p 34 60 42 34 50 60; green p 40 60 52 26 64 60; white c 34 24 2.6; white c 62 22 2.6; white c 70 40 2.6; white c 28 42
        2.6; white c 50 16 2; white l4 M24 30Q30 18 40 14""",
    "rocking horse=wooden horse,toy horse": """
        wood l6 M6 82Q50 106 94 82; brick l7 M30 56L24 88M66 56L74 88; brick d M22 40Q40 52 64 42L74 14L96 24L92 34L80 34L76 58Q50 70 22
        60Z; straw d M72 10L60 40L66 48L76 22Z; straw l6 M22 44Q8 50 10 66; blue e 46 46 14 7; black c 82 22 2; red l2 M78 30L66 44""",
}
"""What stands in rooms."""

MOVING = {
    "submarine=sub": """
        yellow e 48 62 44 22; yellow r 34 26 28 24 4; yellow- r 30 42 36 6 2; iron l4 M50 26L50 10L60 10; =black c 33 62 7.5; =glass c 33
        62 5; black c 50 62 7.5; glass c 50 62 5; iron p 88 54 99 44 99 80 88 70; yellow-- d M8 72Q48 92 88 72Q70 84 48 84Q26 84 8 72Z""",
    "tank=battle tank,panzer": """
        green- l7 M56 34L98 30; green d M28 46L34 26L60 26L68 46Z; green- r 42 20 14 7 2; green p 8 58 18 44 82 44 94 58; iron- r 4 56 92
        30 15; iron+ c 18 71 9; iron+ c 39 71 9; iron+ c 61 71 9; iron+ c 82 71 9; black c 18 71 4; black c 39 71 4; black c 61 71 4;
        black c 82 71 4""",
    "cannon=pirate cannon,artillery": """
        wood d M10 84L20 56L70 62L60 84Z; iron d M8 42Q2 54 12 60L86 46L84 24L18 38Z; iron- r 80 20 9 30 3; iron- c 8 52 6; wood-- c 46
        76 20; wood+ c 46 76 14; wood-- l3 M46 56L46 96M26 76L66 76M32 62L60 90M60 62L32 90; iron c 46 76 5; =black c 88 92 6""",
    "catapult=trebuchet,siege engine": """
        wood- l5 M50 40L30 82M50 40L72 82; wood l7 M84 70L20 14; wood r 8 76 84 9 2; wood-- c 20 88 10; wood-- c 78 88 10; wood+ c 20 88
        5; wood+ c 78 88 5; leather d M10 16Q14 2 28 8L24 22Z; stone c 18 8 8; stone- r 76 62 18 16 2""",
    "bulldozer=digger,earthmover": """
        yellow r 36 22 30 34 3; glass r 42 28 18 16; yellow d M30 50L74 50L78 66L26 66Z; iron r 18 40 5 16; yellow- r 12 46 26 20 2;
        iron- r 10 64 66 26 13; iron+ c 24 77 8; iron+ c 43 77 8; iron+ c 62 77 8; yellow-- l5 M70 72L86 72; yellow- d M84 44Q98 66 94
        92L84 92Q88 66 80 46Z""",
    "excavator=backhoe,power shovel": """
        iron- r 6 74 56 20 10; iron+ c 18 84 6; iron+ c 34 84 6; iron+ c 50 84 6; yellow r 10 44 46 30 3; glass r 34 48 18 16; yellow- l9
        M50 50L66 14L90 40; yellow-- c 66 14 5; iron d M82 38L98 42L96 68L76 66Z; iron- p 76 66 80 74 84 67 88 75 92 68 96 68""",
    "crane=construction crane,tower crane": """
        yellow l3 M40 96L40 26M56 96L56 26M40 92L56 78L40 64L56 50L40 36L56 26M56 92L40 78L56 64L40 50L56 36; yellow r 2 18 96 7; yellow-
        l2.4 M48 2L8 18M48 2L92 18M48 2L48 18; stone r 4 24 16 14; iron l2 M84 25L84 60; iron l4 M84 60Q94 70 84 76Q78 76 78 70; yellow r
        38 24 20 14; glass r 41 27 14 8; stone- r 28 92 40 6""",
    "forklift=fork truck,pallet truck": """
        iron l4 M22 20L52 20L58 52M24 20L20 52; yellow d M8 50L58 50L64 56L64 82L8 82Z; iron- c 22 84 12; iron- c 56 84 11; stone+ c 22
        84 5; stone+ c 56 84 5; iron- r 68 12 6 80; iron- r 68 84 30 5; wood+ r 76 54 22 28 1; wood- l2 M76 68L98 68; black r 26 44 18 8
        2""",
    "combine harvester=combine,harvester": """
        green d M14 34L62 34L66 72L10 72Z; glass r 56 20 20 26 2; green- r 54 14 24 7 2; green- r 18 26 34 9; yellow l5 M18 30L4 20;
        iron- c 60 78 17; yellow c 60 78 8; iron- c 22 84 11; yellow c 22 84 5; yellow- r 74 70 10 20; red c 90 78 10; iron l2 M80 78L100
        78M90 68L90 88M83 71L97 85M97 71L83 85""",
    "snowplough=snow plow,snowplow,snow plough": """
        orange d M8 40L60 40L60 80L8 80Z; orange- d M58 30L78 30L86 54L86 80L58 80Z; glass p 64 36 75 36 81 54 64 54; yellow r 64 24 10 6
        2; iron- c 24 82 12; iron- c 68 82 12; stone+ c 24 82 5; stone+ c 68 82 5; steel d M88 50Q102 72 96 96L84 96Q92 74 84 54Z; white
        d M92 98Q98 84 100 98Z; white r 14 46 40 12; red r 14 50 40 4""",
    "dump truck=tipper truck,tipper": """
        yellow p 2 34 60 30 66 62 12 66; yellow- l3 M20 36L26 62M36 34L40 62; stone c 22 32 8; stone- c 38 28 10; stone c 52 30 6; yellow
        d M66 36L84 36L94 56L94 78L66 78Z; glass p 71 42 82 42 88 56 71 56; iron r 6 66 88 12; iron- c 22 82 13; iron- c 78 82 13; stone+
        c 22 82 6; stone+ c 78 82 6""",
    "caravan=travel trailer,trailer,camper": """
        white d M8 36Q10 20 26 20L74 20Q90 22 90 44L90 76L8 76Z; teal r 8 54 82 12; glass r 18 30 22 16 3; glass r 68 30 14 16 3; teal- r
        46 30 16 46 2; gold c 58 54 1.8; iron- c 32 80 11; stone+ c 32 80 5; iron l4 M90 74L100 74L100 80""",
    "carriage=royal carriage,horse carriage,coach": """
        gold- l3 M10 70L96 70; purple d M14 34Q22 66 34 68L66 68Q80 64 88 34Z; purple- r 22 12 58 24 3; glass r 28 18 18 16 1; glass r 56
        18 18 16 1; gold d M16 12Q50 -6 86 12L84 16L18 16Z; gold c 50 2 4; gold l4 M14 34L88 34; gold l4 M38 80A14 14 0 1 1 10 80A14 14 0
        1 1 38 80M92 80A14 14 0 1 1 64 80A14 14 0 1 1 92 80; gold l2 M24 66L24 94M10 80L38 80M78 66L78 94M64 80L92 80M14 70L34 90M34
        70L14 90M68 70L88 90M88 70L68 90""",
    "cart=wooden cart,hay cart,wagon wheel cart": """
        wood l5 M60 54L100 44; straw d M10 42Q30 16 46 26Q64 18 74 42Z; wood p 4 40 80 40 74 64 10 64; wood-- l2 M6 48L78 48M8 56L76 56;
        wood-- l5 M62 76A18 18 0 1 1 26 76A18 18 0 1 1 62 76; wood- l3 M44 58L44 94M26 76L62 76M31 63L57 89M57 63L31 89;
        wood-- c 44 76 5""",
    "wheelbarrow=barrow": """
        leather d M22 36Q44 16 66 34Z; green p 8 34 80 34 64 66 26 66; wood l5 M98 44L22 74; wood l5 M62 64L70 92; iron- c 20 80 14;
        stone+ c 20 80 7; green- l3 M8 34L80 34""",
    "sleigh=sled ride": """
        red d M10 28Q14 18 24 22Q30 44 48 46L62 46Q72 44 74 32L94 24Q96 60 76 72L24 72Q10 64 10 28Z; gold l3 M10 28Q14 18 24 22Q30 44 48
        46L62 46Q72 44 74 32L94 24; gold l4 M8 88L80 88Q98 86 94 70; gold l4 M28 72L26 88M68 72L70 88; red- d M16 50Q30 66 50 66L80 58Q78
        70 70 72L24 72Q16 66 16 50Z""",
    "stroller=pram,baby carriage,baby buggy": """
        blue d M14 46L78 46Q74 72 46 72Q18 72 14 46Z; blue+ d M46 46L46 14Q82 14 80 46Z; blue l2 M46 46L68 22; iron l4 M16 46L4 26; iron
        l4 M32 70L62 86M60 70L30 86; iron- c 28 88 9; iron- c 64 88 9; stone+ c 28 88 4; stone+ c 64 88 4; skin c 36 40 7""",
    "lawn mower=mower,lawnmower": """
        iron l4 M4 18L16 18L44 66; red d M34 62L62 52L88 62L92 78L32 78Z; iron r 56 42 20 14 2; black r 60 36 12 7 1; iron- c 40 82 12;
        iron- c 82 84 10; stone+ c 40 82 5; stone+ c 82 84 4; green l3 M4 96L4 88M12 96L14 88M60 96L60 90M66 96L68 90""",
    "raft=log raft,wooden raft": """
        wood-- r 48 12 4 58; white d M52 12Q84 28 80 58L52 62Z; wood+ e 10 80 8 8; wood r 10 66 80 9 4; wood- r 6 74 88 9 4; wood r 2 82
        96 10 4; cloth r 20 65 6 28; cloth r 74 65 6 28; water d M0 92Q12 86 25 92Q38 86 50 92Q62 86 75 92Q88 86 100 92L100 99L0 99Z""",
    "rowing boat=rowboat,dinghy,wooden boat": """
        wood d M2 48Q50 62 98 48Q90 84 70 84L30 84Q10 84 2 48Z; wood+ l4 M2 48Q50 62 98 48; wood-- l2 M8 62Q50 74 92 62M14 74Q50 82 86
        74; wood- r 34 46 32 6 1; straw l4 M30 30L66 92; straw d M62 82L72 82L76 98L66 98Z; water d M0 86Q12 80 25 86Q38 80 50 86Q62 80
        75 86Q88 80 100 86L100 96L0 96Z""",
    "pirate ship=galleon,tall ship,viking ship,frigate": """
        wood-- r 28 8 4 60; wood-- r 60 4 4 64; black d M14 18Q30 24 46 18Q50 36 46 56Q30 50 14 56Q20 36 14 18Z; black d M48 14Q64 20 80
        14Q84 34 80 56Q64 50 48 56Q54 34 48 14Z; white c 30 34 6; white r 27 38 6 5; =black c 36 33 1; white l2 M22 46L38 50M38 46L22 50;
        white c 64 32 6; white l2 M56 44L72 48M72 44L56 48; red p 64 0 82 4 64 9; wood d M2 56L14 64L84 64L98 46Q98 80 80 92L20 92Q6 84 2
        56Z; gold l3 M8 68Q50 74 92 62; black c 28 80 4; black c 46 80 4; black c 64 80 4""",
    "warship=battleship,destroyer,cargo ship,container ship": """
        steel-- r 58 8 4 22; steel r 44 28 28 20 1; steel- r 50 18 16 12 1; glass r 48 32 20 5; steel-- l4 M32 44L14 38M82 46L96 40;
        steel r 28 40 14 12 3; steel r 74 42 12 10 3; steel- d M2 50L98 48L88 82L14 82Z; red-- d M12 74L90 74L86 84L16 84Z; water d M0
        84Q12 78 25 84Q38 78 50 84Q62 78 75 84Q88 78 100 84L100 95L0 95Z; white l2 M16 60L28 60""",
}
"""Vehicles, ships and machines."""
