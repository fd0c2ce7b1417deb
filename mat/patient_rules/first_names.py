"""Common first names in the United States, in small letters, without those that are common words (Will, Grace, Mark, May)."""

from __future__ import annotations

_FIRST_NAMES = """
aaliyah aaron abdi abigail adam adele adrian adriana agnes ahmad ahmed aiden aisha alan albert alejandra alejandro alex
alexander alexis alfonso alfredo alice alicia allison alma alvin amalia amanda amber amelia amina amir amos amparo amy
ana anastasia andre andrea andres andrew andy angel angela angelica angelina anh anita ann anna anne annie anthony
antoinette antonio april araceli ariana arlene armando arnold arthur arturo ashley aubrey audrey austin barb barbara
beatrice beatriz becky ben benito benjamin benny bernard bernice bertha bessie beth betsy betty beverly billy blanca
bob bobbie bobby bonita bonnie brad bradley brandon brenda brett brian brianna bridget brittany brittney bruce bryan
caleb calvin cameron camila candace carl carla carlos carlton carmen carol caroline carolyn casey cassandra catalina
catherine cathy cecilia cedric celia cesar charlene charles charlie charlotte chelsea cheryl chester chloe chris
christian christina christine christopher cindy claire clara clarence claude claudia clayton clifford clint clinton
clyde cody colleen colton connie consuelo cora corey cornelius courtney craig cristina crystal curtis cynthia daisy
dale dan dana daniel danielle danny darla darlene darnell darrell darryl daryl dave david dawn dean deandre deb debbie
deborah debra delia della delores denise dennis derek deshawn desiree destiny devon diana diane diego dolores dominic
dominique donald donna dora doris dorothy doug douglas duane dustin dwayne dwight dylan earl ebony eddie edgar edith
edna eduardo edward edwin efrain eileen elaine eleanor elena eli elijah elise elizabeth ella ellen elmer elsie elvira
emilio emily emma enrique eric erica erik erin ernest ernestine ernesto esmeralda esteban estela estella esther ethan
ethel eugene eunice eva evan evelyn everett fatima faye felicia felipe felix fernando fidel florence floyd frances
francis francisco frank franklin fred freda freddie gabriel gabriela gail gary gene geneva genevieve george gerald
geraldine gerardo gilbert gilberto gina gladys glen glenda glenn gloria gonzalo gordon graciela greg gregorio gregory
greta griselda guadalupe gus gustavo gwen gwendolyn hailey haley halima hannah harold harriet harry harvey hassan
hattie hazel heather hector heidi helen henrietta henry herbert herman hilda horace howard hubert hugo humberto ian
ibrahim ida ignacio ines inez ingrid irene irma irvin irving isaac isabel isabella isaiah ismael ivan jack jackie jacob
jacqueline jada jaime jake jamal james jamie jane janelle janet janice janie jared jasmine jason javier jay jean
jeanette jeanne jeff jeffery jeffrey jenna jennifer jenny jeremiah jeremy jermaine jerome jerry jesse jessica jessie
jesus jill jim jimmy jo joan joann joanna joanne joaquin jodi jody joe joel joey johanna john johnnie johnny jon
jonathan jordan jorge jose josefina joseph joshua josie joyce juan juana juanita judith judy julia julian julie julieta
julio june justin kaitlyn kara karen karl karla kate katherine kathleen kathryn kathy katie kay kayla keisha keith
kellie kelly kelsey kelvin ken kendra kenneth kenny kerry keshia kevin kim kimberly kirsten krista kristen kristin
kristina kurt kyle lakisha lamar lana larry latasha latoya laura lauren laurie lawrence leah leann lee leila leilani
leland lena leo leon leona leonard leonardo leonor leroy leslie lester leticia levi lewis liam lillian lillie linda
lindsay lindsey linh lisa lloyd logan lois lonnie lorena lorenzo loretta lori lorna lorraine lou louis louise lourdes
lucas lucia lucille lucinda lucy luis luisa luke lupe luther luz lydia lyle lynn lynne mabel mack madison magdalena
maggie malia malik mandy manuel manuela marcella marcia marco marcos marcus marcy margaret margarita marge margie maria
mariah marian mariana marianne maribel marie marilyn mario marion marisol maritza marjorie marla marlene marquis marsha
marta martha martin marty marvin mary maryann mason matt matthew mattie maureen maurice mauricio mavis max maxine mayra
megan melanie melinda melissa melvin mercedes meredith merle micah michael michelle mickey miguel mike mildred milton
mindy minh minnie miranda miriam misty mitchell mohamed mohammad mohammed moises molly mona monica monique morgan
morris muriel myra myrna myrtle nadine nancy naomi natalia natalie natasha nathan nathaniel neil nellie nelson nestor
nguyet nicholas nicole nina noah noel noemi nora norbert norma norman octavio ofelia oksana olga oliver olivia omar
opal orlando orville oscar osvaldo otis owen pablo pam pamela patricia patrick patsy patti patty paul paula paulina
pauline pearl pedro peggy penny percy perry pete peter petra phil philip phillip phuong phyllis polly priya quang
rachel rae rafael ralph ramiro ramon ramona randall randy raquel rashad raul raymond rebeca rebecca reggie regina rena
rene renee rhoda rhonda ricardo richard rick ricky rigoberto rita robbie robert roberta roberto robin rocio rodney
rodolfo rodrigo rogelio roger roland rolando ron ronald ronnie rosa rosalie rosalinda rosario rosemarie rosemary rosie
roxanne roy ruben ruby rudy rufus russell ruth ryan sabrina sadie sally salvador sam samantha samuel sandra santiago
sara sarah saul savannah scott sean sergio seth shane shanice shannon shari sharon shaun shawn sheila shelby shelley
shelly sheri sherri sherry sheryl shirley sidney silas silvia simon socorro sofia sonia sonya sophia stacey stacy stan
stanley stella stephanie stephen steve steven stuart sue susan susie suzanne sybil sylvia tabitha tamara tameka tamika
tammy tanisha tanya tara tasha tatiana ted teresa teri terrance terrence terri terry thelma theodore theresa thomas
thuy tiffany tim timothy tina toby todd tom tomas tommie tommy toni tony tonya tracey traci tracy travis trent trevon
trevor tricia trina trisha troy trudy tyler tyrell tyrone tyson ulises ursula valentin valerie vanessa velma vera verna
vernon veronica vicente vicki vickie victor victoria vincent viola virgil virginia vivian vladimir walter wanda warren
wayne wei wendell wendy wesley whitney wilbert wilbur wilfred willard william willie wilma winifred wyatt xavier ximena
yesenia yolanda yusuf yvette yvonne zachary zelda zoe
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
