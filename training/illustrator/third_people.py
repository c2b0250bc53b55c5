"""The people and figures of the third group of drawings, as data: `name=synonym,synonym` and their shapes (see `shapes.py`).

Knows only words and shapes.
"""

PEOPLE = {
    "knight=paladin,crusader,knight in armour,knight in shining armor": """
        red d M24 44L36 42L30 92L16 86Z; figure steel steel- steel; steel- l2 M50 42L50 70; gold r 34 68 32 5; steel c 50 25 17; black r
        37 23 26 5 1; steel- r 48 22 4 20; red d M48 9Q46 -2 62 1Q54 4 54 9Z; steel++ p 75 6 79 12 79 60 71 60 71 12; gold r 64 60 22 5
        2; leather r 72 64 6 13; blue d M6 44L36 44L36 62Q34 78 21 86Q8 78 6 62Z; white r 18 44 6 40; white r 6 57 30 6""",
    "soldier=trooper,infantryman,army man": """
        figure green-- green-- skin; leather r 34 67 32 5; leather r 38 50 8 8 1; leather r 54 50 8 8 1; green-- d M32 22Q32 6 50 6Q68 6
        68 22L72 24L28 24Z; green--- r 30 21 40 4 2; iron l5 M24 84L74 46; wood-- l8 M24 84L40 72; skin c 40 70 5""",
    "samurai=ronin,shogun": """
        figure red- red-- skin; black r 32 46 36 4; black r 32 54 36 4; black r 32 62 36 4; =red- p 20 42 36 40 34 56 18 58; =red-- p 34
        70 49 70 48 88 32 88; black d M30 22Q32 6 50 6Q68 6 70 22L76 30L64 27L36 27L24 30Z; =gold l4 M47 12Q36 8 32 -2; gold c 50 13 4;
        steel++ l3 M76 4Q80 34 72 62; gold r 66 60 14 4; black l4 M72 64L70 78""",
    "warrior=fighter,gladiator,barbarian,spartan": """
        figure leather leather+ skin; =skin l9 M36 47L28 64; gold d M36 44L64 44L62 60L38 60Z; =leather- p 36 70 49 70 47 84 34 84; gold
        d M33 30L33 20Q36 7 50 7Q64 7 67 20L67 30L60 30L60 22L40 22L40 30Z; red d M30 12Q50 -10 70 12L64 12Q50 0 36 12Z; wood l3 M78
        22L74 94; steel++ p 79 2 84 18 79 26 74 18; red- c 22 62 17; gold c 22 62 5; gold l2 M22 47L22 77""",
    "viking=norseman": """
        figure leather cloth- skin; cloth r 33 42 34 9 4; gold r 35 66 30 5; orange d M34 24Q34 50 50 54Q66 50 66 24Q50 36 34 24Z; skin--
        l2 M45 33L55 33; steel d M33 20Q34 6 50 6Q66 6 67 20Z; steel- r 32 18 36 5 2; =bone d M34 16Q22 14 20 0Q30 4 38 8Z; wood l4 M76
        36L74 92; steel++ d M74 36Q92 26 94 44Q88 58 74 56Z""",
    "witch=sorceress,enchantress,witch on a broom": """
        wood l4 M82 30L74 90; straw d M68 76L80 78L88 98L62 97Z; orange-- d M34 18Q26 40 32 56L40 52L38 22Z M66 18Q74 40 68 56L60 52L62
        22Z; robed black+ green++; purple r 34 66 32 6; =black l2 M40 20L46 22; black+ d M22 18Q50 6 78 18Q74 23 50 20Q26 23 22 18Z;
        black+ d M34 16Q42 0 60 -2Q56 6 66 16Q50 11 34 16Z; purple d M34 16Q50 10 66 16L65 11Q50 6 36 12Z""",
    "dwarf=gnome,garden gnome": """
        =blue-- r 36 74 13 16 2; =leather e 40 93 12 5; =blue l13 M32 58L20 74; =skin c 19 77 6; blue e 50 68 24 20; leather r 27 72 46
        6; gold r 45 71 10 8; skin c 50 42 18; =black c 43 42 2.2; skin- c 50 48 5; white d M31 46Q34 52 50 52Q66 52 69 46Q70 72 50 84Q30
        72 31 46Z; skin- c 50 48 4.5; red d M30 40Q34 14 56 2Q60 20 70 40Q50 32 30 40Z""",
    "orc=orc warrior": """
        figure leather leather- green; =green l11 M34 47L24 66; =green c 23 69 6; =iron p 22 40 38 42 34 52 22 52; =green p 37 22 24 14
        36 32; green e 50 25 17 16; =black c 43 22 2.4; green-- r 38 16 24 3; =white p 41 36 45 36 43 27; black l2 M41 36Q50 33 59 36;
        black d M44 10Q50 -2 58 4L56 11Z; wood l5 M80 86L80 24; iron d M80 20Q98 24 94 48Q86 42 80 46Z""",
    "skeleton=skeleton warrior": """
        =bone l5 M44 66L42 80L42 94; =bone e 40 95 7 3; =bone l4 M36 44L28 56L26 70; =bone c 26 72 4; bone- l4 M50 40L50 66; bone l4 M36
        44Q50 40 64 44; bone l3.5 M37 50Q50 46 63 50; bone l3.5 M39 56Q50 52 61 56; bone d M38 64Q50 60 62 64L58 72L50 69L42 72Z; bone c
        50 20 17; bone r 41 30 18 11 3; =black e 43 20 4.6 5; black p 50 25 47 30 53 30; black l1.6 M45 35L45 40M50 35L50 40M55 35L55 40""",
    "pirate=buccaneer,pirate captain,corsair": """
        figure red- blue-- skin; white p 44 42 56 42 53 62 47 62; black r 34 66 32 6; gold r 45 65 10 8; leather-- d M37 30Q50 52 63
        30Q56 36 50 34Q44 36 37 30Z; black c 44 25 4.4; black l2 M34 18L66 28; black d M22 18Q50 30 78 18Q72 -4 50 1Q28 -4 22 18Z; white
        c 50 10 4.6; =white l2 M43 16L57 19; steel++ d M76 64Q96 40 82 12Q86 42 72 60Z; gold l4 M68 58L80 66""",
    "king=monarch,emperor": """
        robed red skin; white d M33 43Q50 36 67 43L69 52Q50 46 31 52Z; white r 47 48 6 47; black c 50 58 1.5; black c 50 72 1.5; black c
        50 86 1.5; leather d M35 28Q36 50 50 50Q64 50 65 28Q50 36 35 28Z; skin-- l2 M45 33L55 33; gold p 33 16 31 -1 41 7 50 -3 59 7 69
        -1 67 16; =red c 42 12 2; blue c 50 12 2.4; gold l4 M74 40L74 90; gold c 74 37 6""",
    "queen=empress": """
        leather d M33 20Q24 50 36 52L64 52Q76 50 67 20Z; robed purple skin; white d M35 43Q50 38 65 43L66 50Q50 46 34 50Z; gold r 36 64
        28 5; purple++ p 44 69 56 69 62 95 38 95; leather d M34 22Q36 8 50 9Q64 8 66 22Q58 14 50 15Q42 14 34 22Z; red l2 M46 32Q50 35 54
        32; gold p 36 12 33 -2 42 5 50 -4 58 5 67 -2 64 12; red c 50 8 2.4; gold c 50 46 3""",
    "monk=friar,hermit,druid": """
        robed wood- skin; wood-- d M32 40Q26 6 50 6Q74 6 68 40Q60 46 50 44Q40 46 32 40Z M50 12Q36 12 37 28Q40 40 50 40Q60 40 63 28Q64 12
        50 12Z; cloth l4 M35 68L65 68; cloth l3 M46 70L44 88; wood l4 M78 18L74 95""",
    "archer=bowman,elven archer,robin hood": """
        figure green leather skin; leather r 34 66 32 5; leather l4 M36 44L64 68; green-- d M30 22Q40 4 58 6Q66 8 72 22Q50 16 30 22Z; red
        l3 M60 10L72 -2; wood- l5 M70 8Q102 42 72 88; white l1.4 M70 8L58 50L72 88; straw l2.4 M40 50L92 48; steel p 90 43 99 48 90 53;
        skin l9 M36 48L54 52; skin c 56 51 5""",
    "hunter=ranger,trapper": """
        figure leather green-- skin; red p 40 42 60 42 50 52; leather-- r 34 67 32 5; leather d M24 20Q50 12 76 20Q50 28 24 20Z; leather
        d M36 18Q36 2 50 5Q64 2 64 18Z; black r 36 14 28 4; wood l8 M76 92L72 70; iron l4.5 M72 70L62 20""",
    "sailor=captain,sea captain,navy sailor": """
        figure white blue-- skin; blue p 34 43 66 43 50 62; white p 42 42 58 42 50 54; =blue l3 M30 62L35 64; black l2.4 M56 32L68 36;
        black r 66 31 7 7 2; white e 50 10 20 8; blue-- r 34 11 32 6 2; black e 50 18 15 3; gold c 50 12 3""",
    "thief=burglar,robber,bandit": """
        figure white black++ skin; black r 34 46 32 5; black r 34 56 32 5; black r 35 66 30 5; =black l6 M34 50L31 58; black r 34 20 32 8
        3; =white c 44 24 2.6; black++ d M34 18Q36 6 50 6Q64 6 66 18Z; cloth d M70 46Q60 70 72 80Q94 82 94 66Q92 52 80 46Z; cloth- r 69
        41 12 6 2; green l3 M82 58Q74 60 82 66Q90 70 80 74M82 54L82 78""",
    "sheriff=lawman,gunslinger": """
        figure cloth blue- skin; leather p 34 43 44 43 42 70 34 70; leather p 66 43 56 43 58 70 66 70; red p 41 41 59 41 50 50; gold c 61
        54 4.4; leather-- r 34 69 32 5; leather-- r 64 70 7 14 2; leather+ d M20 18Q34 26 50 22Q66 26 80 18Q72 12 50 14Q28 12 20 18Z;
        leather+ d M35 17Q34 0 44 3Q50 6 56 3Q66 0 65 17Z; leather-- r 35 13 30 4""",
    "child=kid,children,toddler": """
        =blue r 39 74 10 17 2; =red e 42 93 9 4.5; =skin l8 M38 60L26 70; yellow d M35 58Q50 52 65 58L65 76L35 76Z; skin c 50 34 22;
        =black c 42 36 2.6; =pink c 37 43 3.4; black- l2 M44 44Q50 50 56 44; wood- d M28 32Q28 10 50 10Q72 10 72 32Q64 18 50 22Q36 18 28
        32Z""",
    "grim reaper=reaper,death": """
        robed black+ bone; black+ d M30 44Q22 4 50 2Q78 4 70 44Q60 48 50 46Q40 48 30 44Z M50 10Q36 12 38 30Q42 42 50 42Q58 42 62 30Q64 12
        50 10Z; =black e 44 25 4 5; black p 50 29 48 33 52 33; wood l4 M78 8L72 95; steel++ d M80 8Q44 -8 24 20Q48 2 78 16Z""",
    "mummy": """
        figure bone bone bone; =bone-- l1.6 M33 54L66 58; =bone-- l1.6 M34 64L66 62; bone-- l1.6 M39 76L49 73M39 84L49 82M51 76L61 79M51
        85L61 84; bone-- l1.6 M35 18L64 14M35 32L65 36M38 12L60 8; black r 36 21 28 8 3; =yellow c 44 25 2.6; bone l4 M72 66Q82 74 78 88""",
    "pharaoh=egyptian king,cleopatra": """
        =blue d M38 8L24 44L36 48L42 30Z; =gold l2.5 M34 18L27 40; figure white white- skin-; gold d M33 43Q50 38 67 43L60 56Q50 60 40
        56Z; blue r 36 66 28 5; gold p 44 71 56 71 53 90 47 90; gold d M34 22Q34 5 50 5Q66 5 66 22Q50 14 34 22Z; blue r 34 15 32 4; gold-
        l4 M50 12L50 2; =black l1.6 M40 26L47 26; gold- r 47 40 6 9 2""",
    "caveman=prehistoric man,stone age man": """
        figure orange- skin- skin-; =skin- l9 M35 47L28 64; =leather-- c 42 52 3; leather-- c 56 62 3; leather-- c 44 66 3; orange-- p 35
        70 65 70 62 78 56 74 50 80 44 74 38 78; leather-- d M33 34Q24 4 50 6Q76 4 67 34Q62 18 50 18Q38 18 33 34Z; leather-- d M36 30Q50
        56 64 30Q50 38 36 30Z; wood d M72 68L80 26Q92 20 94 34L80 70Z""",
    "miner=mine worker,gold digger": """
        figure orange blue-- skin; =blue-- r 38 42 5 30; blue-- r 37 58 26 14; leather d M36 30Q50 50 64 30Q50 38 36 30Z; yellow d M32
        20Q34 4 50 4Q66 4 68 20Z; yellow- r 30 18 40 4 2; white c 50 12 5; wood l4.5 M82 92L74 36; iron l6 M56 44Q72 26 94 36""",
    "lumberjack=woodcutter,woodsman": """
        figure red blue- skin; =black l2 M40 42L40 70; black l2 M35 52L66 52M35 62L66 62; leather- d M35 26Q34 50 50 50Q66 50 65 26Q50 36
        35 26Z; skin-- l2 M45 33L55 33; red- d M34 18Q36 4 50 5Q64 4 66 18Z; red-- r 33 15 34 5 2; wood l4.5 M80 92L76 24; steel+ d M76
        24L94 20Q98 32 92 42L77 36Z""",
    "fisherman=angler": """
        wood l3 M72 74L92 4; white l1 M92 4L94 62; steel e 94 68 3 6; figure yellow green-- skin; yellow- l2 M50 44L50 70; white d M36
        28Q38 46 50 46Q62 46 64 28Q50 36 36 28Z; yellow d M26 22Q50 14 74 22Q50 28 26 22Z; yellow d M36 18Q38 4 50 4Q62 4 64 18Z""",
    "waiter=butler,waitress": """
        figure black++ black++ skin; white p 42 42 58 42 54 68 46 68; black p 43 43 50 47 57 43 57 50 50 47 43 50; wood-- d M34 22Q36 7
        50 8Q64 7 66 22Q58 16 50 16Q42 16 34 22Z; skin l8 M66 47L80 38; steel+ e 82 33 16 3; steel++ d M70 32Q72 18 82 18Q92 18 94 32Z;
        steel+ c 82 16 2.4""",
    "diver=scuba diver,frogman": """
        yellow r 26 42 12 28 5; figure blue-- blue-- skin; =green l3 M44 66L40 92; blue-- d M33 30Q30 6 50 7Q70 6 67 30L62 30Q64 18 50
        18Q36 18 38 30Z; black r 35 19 30 14 5; glass r 38 22 24 8 3; iron r 44 34 12 7 3; iron l2.6 M56 38Q76 40 68 56; =yellow p 34 90
        50 90 54 98 24 98; glass c 80 26 4; glass c 86 14 3; glass c 78 8 2""",
    "jester=court jester,harlequin": """
        figure purple gold skin; gold d M50 40L67 44L65 72L50 72Z; =red p 34 42 50 42 42 54; =gold r 38 66 11 27; purple- r 51 66 10 27;
        purple d M50 12Q28 -8 18 22Q30 10 36 24L50 18Z; gold d M50 12Q72 -8 82 22Q70 10 64 24L50 18Z; =red c 18 25 4.4; red d M40 14Q50
        -6 60 14Q50 20 40 14Z; red l2 M44 32Q50 37 56 32""",
    "golem=stone giant,rock monster": """
        =stone- r 32 68 16 26 4; stone-- r 26 30 48 42 8; =stone r 8 34 18 22 6; =stone- r 8 58 16 22 6; stone r 36 8 28 26 6; =yellow r
        40 18 7 5 1; black r 43 27 14 3; green r 30 30 14 5 2; green r 58 62 12 5 2; stone+ r 44 42 14 10 2; green r 38 8 12 4 2""",
    "mech=giant robot,battle robot,cyborg": """
        =steel-- r 30 62 14 26 3; =iron r 24 86 22 9 2; =blue r 27 68 20 10 2; red r 30 30 40 28 5; steel r 36 56 28 10 2; =blue r 10 28
        18 18 4; =steel-- r 13 46 12 22 3; =red r 9 66 18 14 3; steel r 38 10 24 20 4; yellow r 42 17 16 6 2; =gold p 40 10 44 10 32 -4;
        glass c 50 44 7""",
    "rider=horseman,horse rider,cavalryman": """
        =leather l6 M30 62L28 92; leather- l6 M40 64L42 92; leather- l6 M62 64L60 92; leather d M20 50Q48 44 76 50L80 66Q50 72 20 66Z;
        leather d M66 56L78 24L94 32L92 40L84 40L80 60Z; black d M76 22L66 40L68 52L74 46Z; black l5 M20 52Q8 60 12 80; black c 85 31
        1.6; red d M40 26L58 26L56 52L38 52Z; blue-- l8 M50 50L54 68; leather-- e 56 72 6 3; red- l6 M54 32L68 42; skin c 70 43 4; skin c
        49 15 10; leather-- d M34 10Q49 4 64 10L58 10Q56 -2 42 1Q40 6 40 10Z; black c 53 15 1.4; leather-- r 36 48 26 5 2""",
    "phoenix=firebird": """
        =orange d M46 50Q18 46 4 10Q26 18 30 8Q40 24 50 44Z; =yellow d M44 46Q28 38 18 20Q34 26 46 40Z; red d M40 62Q30 84 20 98Q44 92 50
        80Q56 92 80 98Q70 84 60 62Z; yellow d M45 64Q44 84 50 96Q56 84 55 64Z; red d M50 20Q66 34 60 64Q50 72 40 64Q34 34 50 20Z; red c
        50 22 11; orange p 46 24 54 24 50 33; =black c 46 20 1.8; =orange l3 M48 12L42 2; yellow l3 M50 12L50 0""",
    "person=human,human being,pedestrian,adult": """
        figure teal blue-- skin; teal- r 34 66 32 5; wood-- d M34 24Q34 7 50 8Q66 7 66 24Q60 15 50 16Q40 15 34 24Z""",
}
"""People and figures."""
