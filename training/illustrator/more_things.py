"""The things the Illustrator can be guided to beyond the 164 it is judged on: 587 more drawings of the same four sets, as data.

Knows only words, in the form of `world.py`: name=synonym,synonym/name of the drawing where it is another.
"""

ON_THE_GROUND = """
ant; badger; beaver; black cat/black-cat; beetle; bison=buffalo; water buffalo/water-buffalo; boar=wild boar; camel/two-hump-camel
dromedary/camel; chipmunk=squirrel; cockroach; cricket=grasshopper; dodo; donkey=mule; caterpillar/bug; goat; goose; gorilla; hamster
hippo=hippopotamus/hippopotamus; leopard=cheetah,jaguar; lizard=gecko; llama=alpaca; mammoth; moose=elk; orangutan; otter; ox
polar bear/polar-bear; raccoon; ram; rat; rhino=rhinoceros/rhinoceros; rooster=cockerel; sauropod=brontosaurus,diplodocus; scorpion; seal
skunk; sloth; turkey; worm=earthworm; baby chick=chick/front-facing-baby-chick; hatching chick/hatching-chick; guide dog/guide-dog
lobster; shrimp=prawn; snow boots/womans-boot; goblin/troll; ogre; genie/person-genie; mermaid/person-merpeople
vampire=dracula/person-vampire; zombie/person-zombie; elf/person-elf; fairy=pixie/person-fairy; superhero/person-superhero
supervillain=villain/person-supervillain; santa claus=santa,father christmas/santa-claus; princess=queen; prince=king; angel/baby-angel
baby; boy; girl; man; woman; old man=grandfather/old-man; old woman=grandmother/old-woman; artist=painter; chef=cook/cook; farmer=gardener
firefighter=fireman; judge; mechanic; pilot; scientist; singer; student; teacher; technologist=programmer; detective=spy,sherlock
police officer=policeman,policewoman/police-officer; guard=royal guard; construction worker=builder/construction-worker
nurse=doctor,health worker/health-worker; office worker=businessman/office-worker; runner/person-running; cyclist/person-biking
dancer=flamenco dancer/woman-dancing; surfer/person-surfing; swimmer/person-swimming; skier; snowboarder; climber/person-climbing
weightlifter/person-lifting-weights; juggler/person-juggling; rower/person-rowing-boat; golfer/person-golfing; bride/woman-with-veil
groom/man-in-tuxedo; jockey=horse racing/horse-racing; fencer/person-fencing; smiley=smiling face/smiling-face
clown=clown face/clown-face; face with sunglasses=cool face/smiling-face-with-sunglasses; nerd/nerd-face
laughing face/face-with-tears-of-joy; crying face/loudly-crying-face; angry face/angry-face; devil=demon/smiling-face-with-horns
cowboy/cowboy-hat-face; sleeping face/sleeping-face; thinking face/thinking-face; star eyes/star-struck; party face/partying-face
poop/pile-of-poo; video game monster/alien-monster; foot; hand=raised hand/raised-hand; fist/raised-fist; thumb=thumbs up/thumbs-up; ear
eye; nose; mouth=lips; tongue; tooth; bone; brain; lungs; anatomical heart/anatomical-heart; muscle=biceps/flexed-biceps; footprints
paw print=paw prints/paw-prints; dna; microbe=germ,virus; abacus; accordion; banjo; saxophone; flute; maracas; long drum=conga/long-drum
microphone; studio microphone/studio-microphone; headphones=headphone/headphone; radio; record=cd,disc/optical-disk
film camera=movie camera/movie-camera; video camera/video-camera; film projector=projector/film-projector; flash camera/camera-with-flash
clapperboard=clapper/clapper-board; film strip/film-frames; ticket; painting=picture frame/framed-picture
palette=paint palette/artist-palette; paintbrush=brush; crayon; pencil; pen; fountain pen/fountain-pen; ruler/straight-ruler; scissors
paperclip; pushpin=pin; notebook; open book/open-book; pile of books=books/books; newspaper; scroll; envelope=letter; postbox=letterbox
mailbox/closed-mailbox-with-raised-flag; parcel/package; calendar; clipboard; bookmark; label=tag; briefcase; suitcase=luggage/luggage
handbag=purse; shopping bag=shopping bags/shopping-bags; shopping cart=trolley/shopping-cart; basket; wallet/purse; axe; pick=pickaxe
hammer; wrench=spanner; screwdriver; saw/carpentry-saw; nut and bolt=bolt/nut-and-bolt; gear=cog,cogwheel; clamp=vice; ladder; toolbox
hook; chain=chains/chains; brick; wood=log; rock=stone,boulder; bucket=pail; broom; mop/plunger; sponge; soap; toothbrush; toilet
bathtub=bath/bathtub; shower; mirror; razor; bed; couch=sofa/couch-and-lamp; door; window; elevator=lift; light bulb=bulb/light-bulb
torch=flashlight/flashlight; battery; plug/electric-plug; phone=smartphone,mobile phone/mobile-phone; telephone; pager
fax machine=fax/fax-machine; printer; desktop computer=monitor,pc/desktop-computer; floppy disk/floppy-disk; computer keyboard/keyboard
computer mouse/computer-mouse; joystick; gamepad=game controller/video-game; slot machine/slot-machine; dice=die/game-die
puzzle piece=jigsaw/puzzle-piece; chess pawn=pawn,chess piece/chess-pawn; playing card=joker card/joker
nesting doll=matryoshka/nesting-dolls; pinata/piata; yo-yo; boomerang; bow and arrow=bow/bow-and-arrow; shield
crossed swords/crossed-swords; kitchen knife=knife/kitchen-knife; bomb; water pistol=gun/water-pistol; magic wand=wand/magic-wand
crystal ball/crystal-ball; mirror ball=disco ball/mirror-ball; confetti=party popper/party-popper; firecracker=dynamite; fireworks
sparkler; lipstick; nail polish/nail-polish; ring=engagement ring; necktie=tie; t-shirt=shirt/t-shirt; jeans=trousers,pants; shorts; dress
kimono; sari; coat=jacket; lab coat/lab-coat; scarf; gloves=glove/gloves; socks=sock/socks; bikini; swimsuit/one-piece-swimsuit
sneaker=running shoe,shoe/running-shoe; high heel=high-heeled shoe/high-heeled-shoe; sandal/womans-sandal; ballet shoes/ballet-shoes
flip-flop/thong-sandal; cap=baseball cap/billed-cap; sun hat/womans-hat; military helmet=helmet/military-helmet
hard hat/rescue-workers-helmet; graduation cap/graduation-cap; glasses=spectacles; sunglasses; goggles; diving mask/diving-mask; crutch
wheelchair/manual-wheelchair; stethoscope; syringe; pill=tablet; bandage=plaster/adhesive-bandage; thermometer; microscope
test tube/test-tube; alembic; petri dish/petri-dish; magnifying glass=magnifier/magnifying-glass-tilted-left; compass
globe=earth/globe-showing-europe-africa; world map=map/world-map; balance scale=scales/balance-scale; coin
dollar=banknote,money/dollar-banknote; money bag/money-bag; credit card/credit-card; bar chart=chart/bar-chart; padlock=lock/locked
old key/old-key; mantel clock/mantelpiece-clock; stopwatch; watch=wristwatch; timer/timer-clock; megaphone
loudspeaker=speaker/loudspeaker; fire extinguisher/fire-extinguisher; trash can=wastebasket,bin/wastebasket; safety pin/safety-pin
needle=sewing needle/sewing-needle; thread=spool; yarn=wool; knot=rope; basketball hoop/goal-net; baseball; softball
tennis ball=tennis/tennis; volleyball; rugby ball/rugby-football; american football/american-football; bowling ball=bowling/bowling
badminton racket=badminton/badminton; table tennis=ping pong/ping-pong; hockey stick=hockey/field-hockey; ice hockey/ice-hockey
lacrosse stick=lacrosse/lacrosse; cricket bat/cricket-game; boxing glove/boxing-glove; frisbee/flying-disc; fishing rod/fishing-pole
ice skate/ice-skate; roller skate/roller-skate; skis; sled=sledge; dartboard=target,bullseye/bullseye; medal=gold medal/sports-medal
billiard ball=eight ball/pool-8-ball; flag in hole=golf/flag-in-hole; chequered flag=racing flag/chequered-flag; red flag/triangular-flag
pirate flag/pirate-flag; rescue ring=life ring/ring-buoy; barrel=oil drum/oil-drum; coffin; headstone=tombstone,grave/headstone
urn=vase/funeral-urn; amphora; moai=easter island head; totem/japanese-dolls; avocado; grapes=grape/grapes; melon; mango; peach
kiwi/kiwi-fruit; coconut; blueberries=blueberry/blueberries; green apple/green-apple; olive; tomato; eggplant=aubergine; potato
corn=maize/ear-of-corn; pepper=bell pepper/bell-pepper; chili=hot pepper/hot-pepper; cucumber; broccoli; lettuce=cabbage/leafy-green
garlic; onion; pea pod=peas,pea/pea-pod; ginger/ginger-root; beans=bean/beans; peanut=peanuts/peanuts; chestnut; bread=loaf
baguette/baguette-bread; croissant; bagel; pretzel; waffle; pancakes=pancake/pancakes; butter; cheese/cheese-wedge; egg/egg
fried egg=frying pan/cooking; bacon; steak/cut-of-meat; meat=ham/meat-on-bone; chicken leg=drumstick/poultry-leg; hot dog/hot-dog
sandwich; taco; burrito; french fries=fries,chips/french-fries; popcorn; salt; canned food=can,tin/canned-food; salad/green-salad
soup=pot of food,stew/pot-of-food; ramen=noodles/steaming-bowl; spaghetti=pasta; sushi; rice ball/rice-ball; curry/curry-rice
rice=bowl of rice/cooked-rice; bento=bento box/bento-box; dumpling; dango; shaved ice/shaved-ice; sundae/ice-cream; pie
chocolate=chocolate bar/chocolate-bar; slice of cake=shortcake/shortcake; candy=sweet; lollipop; custard=pudding
honey=honey pot/honey-pot; fortune cookie/fortune-cookie; moon cake/moon-cake; milk=glass of milk/glass-of-milk; baby bottle/baby-bottle
juice=soda/cup-with-straw; juice box/beverage-box; bubble tea/bubble-tea; beer/beer-mug; wine=wine glass,glass of wine/wine-glass
cocktail/cocktail-glass; tropical drink/tropical-drink; champagne=bottle/bottle-with-popping-cork; whisky=whiskey/tumbler-glass
ice cube=ice/ice; spoon; fork and knife=fork,cutlery/fork-and-knife; chopsticks; jar; takeout box/takeout-box; oyster
fried shrimp/fried-shrimp; seashell=shell/spiral-shell; coral; lotus; hibiscus; cherry blossom=sakura/cherry-blossom
bouquet=bunch of flowers; wilted flower/wilted-flower; hyacinth; seedling=sprout; potted plant=houseplant,plant/potted-plant; herb
clover=four-leaf clover/four-leaf-clover; wheat=sheaf/sheaf-of-rice; bamboo=pine decoration/pine-decoration
decorated christmas tree/christmas-tree; nest=bird nest/nest-with-eggs; spider web=cobweb,web/spider-web; wedding chapel/wedding
office building=skyscraper,office/office-building; school; hospital; hotel; bank; factory; post office/post-office
shop=store/convenience-store; department store=mall/department-store; house with garden/house-with-garden; houses=village/houses
derelict house=ruin,haunted house/derelict-house; hut; stadium=arena; classical building=museum,temple/classical-building; mosque
synagogue; hindu temple/hindu-temple; shrine=torii/shinto-shrine; japanese castle=pagoda/japanese-castle
statue of liberty=statue/statue-of-liberty; mount fuji/mount-fuji; desert island=island/desert-island; beach umbrella/beach-with-umbrella
camping/camping; fountain; circus tent=circus/circus-tent; ferris wheel/ferris-wheel; roller coaster/roller-coaster
carousel=merry-go-round/carousel-horse; slide=playground/playground-slide; barber pole/barber-pole
fuel pump=gas station,petrol station/fuel-pump; traffic light/vertical-traffic-light; stop sign/stop-sign
construction barrier=barrier/construction; bus stop/bus-stop; wheel=tyre,tire; police car/police-car; suv=jeep,van/sport-utility-vehicle
pickup truck=pickup/pickup-truck; articulated lorry=semi truck/articulated-lorry; minibus=camper van; scooter=vespa/motor-scooter
kick scooter/kick-scooter; rickshaw=tuk tuk/auto-rickshaw; tram=streetcar; trolleybus; monorail; bullet train=shinkansen/bullet-train
high-speed train/high-speed-train; subway=metro,underground/metro; railway car=wagon,carriage/railway-car; speedboat; motorboat/motor-boat
cruise ship=ocean liner/passenger-ship; ferryboat/ferry; police light=siren/police-car-light; mousetrap=mouse trap/mouse-trap
bellhop bell/bellhop-bell; diya=oil lamp/diya-lamp; menorah; placard=sign/placard; seat
"""

FLOATING = """
blackbird; dove=pigeon; mosquito; fly=housefly; carp streamer=koi flag/carp-streamer; blowfish=pufferfish; blue whale/whale
small airplane=biplane,propeller plane/small-airplane; flying disc/wing; cable car=gondola/aerial-tramway
suspension railway/suspension-railway; shooting star/shooting-star; comet; sparkles; glowing star/glowing-star; dizzy star/dizzy
full moon/full-moon; moon face/full-moon-face; new moon/new-moon; sun face/sun-with-face; sun behind cloud/sun-behind-cloud
rain cloud=rain/cloud-with-rain; thundercloud=storm cloud/cloud-with-lightning; snow cloud/cloud-with-snow
lightning=lightning bolt,bolt of lightning/high-voltage; tornado=whirlwind; cyclone=hurricane; wave=water wave/water-wave
wind face/wind-face; explosion=collision/collision; broken heart/broken-heart; blue heart/blue-heart; black heart/black-heart
heart with arrow/heart-with-arrow; heart with ribbon/heart-with-ribbon; speech bubble=speech balloon/speech-balloon
thought bubble=thought balloon/thought-balloon; bubbles=soap bubbles; musical notes=melody/musical-notes; infinity; check mark/check-mark
question mark/red-question-mark; exclamation mark/red-exclamation-mark; yin yang/yin-yang; peace sign=peace/peace-symbol
recycling=recycle/recycling-symbol; radioactive sign/radioactive; blue circle=circle/blue-circle; red triangle=triangle/red-triangle
blue square=square/blue-square; orange diamond/large-orange-diamond; fallen leaf=autumn leaf/fallen-leaf
leaves in the wind/leaf-fluttering-in-wind; ribbon; wind chime/wind-chime; amulet=evil eye/nazar-amulet
"""
