"""Common first names in the United States, in small letters, without those that are common words (Will, Grace, Mark, May)."""

from __future__ import annotations

_FIRST_NAMES = """
aaliyah aaron abigail adam adrian ahmed aiden alan albert alejandro alex alexander alexis alice alicia allison alma
amanda amber amelia amir amy ana anastasia andre andrea andrew andy angel angela anita ann anna anne annie anthony
antonio april ariana arthur ashley aubrey audrey austin barbara beatrice ben benjamin bernard beth betty beverly
bonnie brad bradley brandon brenda brian brianna bridget brittany bruce bryan caleb calvin cameron camila carl carla
carlos carmen carol caroline carolyn casey catherine cathy cecilia charlene charles charlie charlotte chelsea cheryl
chloe chris christian christina christine christopher cindy claire clara claudia clayton colleen connie cora corey
courtney craig cristina crystal curtis cynthia daisy dale dan dana daniel danielle danny darnell darrell david dawn
dean deborah debra deandre deb denise dennis derek deshawn desiree destiny diana diane diego dolores dominic donald
donna doris dorothy douglas duane dustin dwayne dylan earl ebony eddie edgar eduardo edward edwin eileen elena eli
elijah elizabeth ella ellen emily emma enrique eric erica erik erin ernest esmeralda esteban esther ethan eugene eva
evan evelyn felicia felipe felix fernando florence frances francis francisco frank fred gabriel gabriela gail gary
gene george gerald geraldine gilbert gina gladys glen glenn gloria gordon greg gregory guadalupe gwendolyn hannah
harold harry heather hector heidi helen henry herman howard hugo ian ignacio irene isaac isabel isabella isaiah ivan
jack jackie jacob jacqueline jada jaime jake jamal james jamie jane janet janice jasmine jason javier jay jean jeff
jeffery jeffrey jenna jennifer jenny jeremiah jeremy jerome jerry jesse jessica jesus jill jim jimmy jo joan joann
joanna joanne joe joel john johnny jon jonathan jordan jorge jose joseph joshua joyce juan juanita judith judy julia
julian julie julio june justin kaitlyn karen karl kate katherine kathleen kathryn kathy katie kayla keisha keith kelly
kelvin ken kendra kenneth keshia kevin kim kimberly kristen kristin kurt kyle lakisha lamar larry latoya laura lauren
laurie lawrence leah lee lena leo leon leonard leroy leslie leticia levi lewis liam lillian linda lisa logan lois lori
lorraine louis louise lucas lucia lucy luis luke luz lydia lynn madison malik manuel marcia marco marcos marcus
margaret maria mariah marie marilyn mario marisol marjorie marlene marquis marsha martha martin marvin mary mason matt
matthew maureen maurice max megan melanie melissa melvin mercedes micah michael michelle miguel mike mildred minh
miranda mitchell mohamed mohammed molly monica monique morgan nancy naomi natalia natalie natasha nathan nathaniel
neil nicholas nicole nina noah noel nora norma norman octavio oksana olga oliver olivia omar oscar pablo pam pamela
patricia patrick paul paula pauline pedro peggy penny perry peter phil philip phillip phyllis priya rachel rafael
ralph ramon randall randy raquel raul raymond rebecca regina reggie ricardo richard rick ricky rita robert roberto
robin rodney roger roland ron ronald ronnie rosa rosario rosemary roy ruben ruby russell ruth ryan sabrina sally sam
samantha samuel sandra sara sarah savannah scott sean sergio seth shane shanice shannon sharon shaun shawn sheila
shelby sherry shirley sofia sonia sophia stacey stacy stanley stella stephanie stephen steve steven stuart sue susan
suzanne sylvia tamara tameka tammy tanisha tanya tara tasha tatiana ted teresa teri terrance terrence terry theodore
theresa thomas tiffany tim timothy tina todd tom tomas tommy tony tonya tracey tracy travis trevor trevon tricia tyler
tyrell tyrone tyson ursula valerie vanessa vera vernon veronica vicki victor victoria vincent viola virginia vivian
vladimir walter wanda warren wayne wei wendy wesley whitney wilfred william willie wilma xavier ximena yolanda yvette
yvonne zachary zoe
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
