"""Invented reports, a list of paragraphs each, in the manner of news about a negotiation."""

FERRY = [
    "OSTERVIK, Norway - The two coast guards that share the strait of Lund agreed on Tuesday to stop boarding each "
    "other's fishing boats while a commission redraws the line between their waters, officials from both sides said.",
    "The truce at sea, which both governments described as temporary, comes after eleven boardings since January and "
    "one collision in which a deckhand lost two fingers. It takes effect at midnight on Friday and lasts ninety days.",
    "“Nobody has given up a single metre,” said Ingrid Solheim, who led the talks for the northern side. “We have "
    "agreed to keep our hands off one another's nets until the surveyors are done. That is all, and it is enough.”",
    "Her counterpart, Pavel Dorn, was more careful. He told reporters that his government would honour the pause only "
    "if the north took its two patrol ships back to port, a demand that Solheim's office neither accepted nor refused.",
    "The commission is to meet for the first time on 12 March. It has six members, three from each side, and a "
    "chair whom neither has yet proposed. Both capitals have ruled out a judge from the International Court.",
    "Fishermen in Ostervik were not impressed. “They said the same in autumn,” said one skipper, mending a net on the "
    "quay. “Then the grey ships came back, and we slept in our boots again.” He would not give his name.",
    "What happens after the ninety days is open. Dorn's ministry says that the boardings would start again at once; "
    "Solheim says that an extension by another ninety days has been discussed but not put on paper.",
]

DAM = [
    "The three countries on the upper Orun will not fill the new reservoir this season, their water ministers said in "
    "a joint statement on Wednesday, bowing to a complaint from farmers downstream who had feared for the rice harvest.",
    "The statement, four paragraphs long, leaves the hardest question where it was: how much water must pass the dam "
    "in a dry year. The lower countries want 320 cubic metres a second. The builders have offered 200, and only "
    "as a target.",
    "“A target is a wish with a number on it,” said Amara Kolle, the delta's chief negotiator. “We shall sign when the "
    "word is obligation, and not an hour before.” She said that talks would go on in the capital next week.",
    "The builders' spokesman, Teo Varga, rejected the idea that the project had been halted. Work on the second wall "
    "would go on as planned, he said, and the turbines would be tested in August whatever the delta thought of it.",
    "Engineers who have seen the drawings say that the reservoir could be filled over seven years without harm to "
    "anybody, or over three with a good deal of it. The financing, most of it borrowed, assumes four.",
    "An envoy of the river commission, who asked not to be named because the talks are confidential, said that a "
    "compromise of 260 cubic metres had been on the table since May. Neither side would confirm it.",
    "In the villages below the dam the argument is followed on the radio. The river was low again this week, and "
    "the ferries at Tamsa stopped running on Sunday for the second time in a month.",
]

STRIKE = [
    "Talks between the dockers' union and the port operators broke off shortly before midnight, with both sides "
    "blaming the other and a strike now likely from Monday at all five terminals of the southern coast.",
    "The union had asked for 7.5 per cent over two years and a promise that no crane would be run from a distance "
    "before 2028. The operators offered 4 per cent and refused to discuss the cranes at all.",
    "“You cannot negotiate with somebody who leaves the room each time you say the word automation,” said Bruna "
    "Castel, the union's secretary. She added that the door was not closed, and that she could be reached by telephone.",
    "A spokesman for the operators called the union's account misleading. Nobody had left any room, he said; the "
    "meeting had ended at the hour that was agreed, and the offer stood until Sunday evening.",
    "The government, which owns a third of the largest terminal, has so far kept out of it. The transport minister said "
    "on Thursday that she would not send soldiers to unload ships, as her predecessor did nine years ago.",
    "Shipping lines have begun to move their calls to ports further north. A strike of a week would leave about "
    "forty vessels waiting, according to the pilots' association, and fresh fruit would be the first to suffer.",
    "Both sides said that they expected a mediator to be named over the weekend. The last time that one was called in, "
    "in 2019, it took him eleven days, and the figure on which they settled was 5.2 per cent.",
]

GRENZE = [
    "Nach sieben Stunden Verhandlung haben sich die beiden Kantone am Mittwochabend darauf geeinigt, die Brücke bei "
    "Hallau wieder zu öffnen. Das teilten die Sprecher beider Seiten vor der Presse mit.",
    "Die Brücke war im Herbst gesperrt worden, nachdem sich die Kantone nicht über die Kosten der Sanierung einigen "
    "konnten. Seither müssen Pendler einen Umweg von vierzig Kilometern in Kauf nehmen.",
    "„Es ist kein guter Kompromiss, aber es ist einer“, sagte Regierungsrätin Ursula Brenner. Ihr Kanton übernehme "
    "sechzig Prozent der Kosten, jedoch nur unter der Bedingung, dass der Verkehr auf 7,5 Tonnen beschränkt bleibe.",
    "Ihr Kollege Martin Zollinger wollte diese Bedingung nicht bestätigen. Man habe über Gewichte gesprochen, sagte er, "
    "aber noch nichts unterschrieben. Die Brücke werde am 3. Mai für Personenwagen geöffnet.",
    "Die Anwohner reagierten verhalten. Der Verein „Offene Brücke“ kündigte an, seine Klage erst zurückzuziehen, wenn "
    "der Vertrag von beiden Parlamenten gebilligt sei. Damit wird nicht vor Juni gerechnet.",
]

RUSSIAN = [
    "Переговоры о прекращении огня в районе перевала продлятся ещё как минимум два дня, сообщили во вторник источники "
    "в обеих делегациях. Стороны не смогли договориться о том, кто будет наблюдать за отводом тяжёлой техники.",
    "По словам представителя северной делегации, речь идёт о двухстах наблюдателях без оружия. Южная сторона настаивает "
    "на том, чтобы половина из них представляла соседние государства, и называет это условие обязательным.",
    "«Мы не можем доверить охрану дороги тем, кто её обстреливал», — заявил глава южной делегации. Он добавил, что "
    "готов продолжить разговор, если список наблюдателей будет передан до четверга.",
    "В северной столице эти слова назвали преждевременными. Там подчеркнули, что список готовится и что окончательного "
    "решения пока нет. Следующая встреча назначена на среду, она пройдёт в закрытом режиме.",
    "Жители приграничных сёл тем временем возвращаются домой. По данным местных властей, за последнюю неделю вернулись "
    "около трёхсот семей, хотя электричество есть только в двух сёлах из девяти.",
]

CHINESE = [
    "两国水利部门星期三发表联合声明,宣布今年雨季期间不会向新水库蓄水。声明说,下游农民担心水稻收成,因此双方决定把蓄水推迟到明年春天。",
    "不过,声明没有解决最困难的问题:在干旱的年份,大坝必须放出多少水。下游国家要求每秒三百二十立方米,而上游国家只愿意把二百立方米作为目标。",
    "下游代表团团长说:“目标只是一个带数字的愿望。只有写上‘义务’两个字,我们才会签字。”她表示,谈判下星期将在首都继续进行。",
    "上游代表团发言人否认工程已经停止。他说,第二道坝墙的施工将按计划进行,发电机组将在八月进行测试,不论下游国家有什么意见。",
    "一位不愿透露姓名的河流委员会官员说,每秒二百六十立方米的折中方案从五月起就摆在桌上,但双方都没有证实这一消息。",
]
