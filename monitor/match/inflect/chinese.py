"""Chinese: the simplified and the traditional way to write the same name.

The table holds characters that occur in names of states, cities, people, bodies and subjects of the
news: a simplified one, then the traditional ones it may stand for, the likeliest first.
"""

from itertools import islice, product

_PAIRS = """
万萬 与與 专專 业業 东東 丝絲 两兩 严嚴 个個 丰豐 临臨 为為爲 丽麗 举舉 义義 乌烏 乐樂 乔喬 习習 乡鄉 书書 买買
乱亂 争爭 于於于 云雲云 亚亞 产產 亩畝 亲親 亿億 仅僅 从從 仑侖崙 仓倉 仪儀 们們 价價 众眾衆 优優 会會 伞傘 伟偉
传傳 伤傷 伦倫 伪偽僞 体體 余餘余 侠俠 侣侶 侦偵 侧側 侨僑 俣俁 俩倆 债債 倾傾 偿償 储儲 儿兒 兑兌 党黨 兰蘭
关關 兴興 养養 兽獸 内內 冈岡 册冊 写寫 军軍 农農 冯馮 冲衝沖 决決 况況 冻凍 净淨 凉涼 减減 凤鳳 凯凱 击擊 刘劉
则則 刚剛 创創 别別 剂劑 剑劍 剧劇 劝勸 办辦 务務 动動 励勵 劲勁 劳勞 势勢 勋勳 区區 医醫 华華 协協 单單 卖賣
卢盧 卫衛 厂廠 厅廳 历歷曆 压壓 厦廈 县縣 参參 双雙 发發髮 变變 叙敘 叶葉 号號 后後后 吓嚇 吕呂 吗嗎 吨噸 听聽
启啟啓 吴吳 员員 呜嗚 咏詠 响響 哑啞 哗嘩 唤喚 团團 园園 围圍 国國 图圖 圆圓 圣聖 场場 坏壞 块塊 坚堅 坛壇 坝壩
垄壟 垒壘 垦墾 堕墮 墙牆 声聲 处處 备備 复復複 头頭 夹夾 夺奪 奋奮 奖獎 妇婦 妈媽 娱娛 孙孫 学學 宁寧 实實 宠寵
审審 宪憲 宫宮 宽寬 宾賓 寝寢 对對 寻尋 导導 将將 尔爾 尘塵 尝嘗 尧堯 层層 届屆 属屬 岁歲 岛島 岭嶺 岗崗 峡峽
币幣 师師 帅帥 帐帳 带帶 帮幫 干干乾幹 并並併 广廣 庄莊 庆慶 库庫 应應 庙廟 废廢 开開 异異 弃棄 张張 弹彈 强強
归歸 当當 录錄 彻徹 径徑 忆憶 忧憂 怀懷 态態 总總 恋戀 恶惡 恳懇 悬懸 惊驚 惩懲 惯慣 愿願 戏戲 战戰 户戶 扎扎紮
执執 扩擴 扫掃 扬揚 扰擾 抚撫 抢搶 护護 报報 担擔 拟擬 拥擁 择擇 挂掛 挡擋 挥揮 损損 换換 据據 携攜 摄攝 摆擺
撑撐 敌敵 数數 斋齋 断斷 无無 旧舊 时時 旷曠 昆昆崑 显顯 晋晉 晓曉 暂暫 术術 朴朴樸 机機 杀殺 杂雜 权權 条條
来來 杨楊 杰傑 极極 构構 枪槍 柜櫃 标標 栋棟 树樹 样樣 档檔 桥橋 梦夢 检檢 楼樓 欢歡 欧歐 残殘 毁毀 毕畢 气氣
汇匯彙 汉漢 汤湯 沟溝 沪滬 沈沈瀋 泽澤 泾涇 洁潔 浅淺 测測 济濟 浓濃 涛濤 润潤 涨漲 渊淵 渔漁 温溫 湾灣 湿濕
满滿 滨濱 滚滾 潜潛 灭滅 灯燈 灵靈 灾災 炉爐 点點 炼煉 热熱 爱愛 爷爺 牵牽 牺犧 状狀 犹猶 独獨 狱獄 狮獅 猎獵
玛瑪 环環 现現 玺璽 珲琿 电電 画畫 畅暢 疗療 疟瘧 监監 盐鹽 盖蓋 盘盤 盗盜 码碼 矿礦 础礎 确確 碍礙 礼禮 祸禍
离離 种種 积積 称稱 稳穩 穷窮 窃竊 竞競 笔筆 筑築 签簽籤 简簡 类類 粮糧 系系係繫 紧緊 红紅 纠糾 约約 级級 纪紀
纯純 纲綱 纳納 纵縱 纷紛 纸紙 纽紐 线線 练練 组組 细細 终終 绍紹 经經 结結 绕繞 给給 络絡 绝絕 统統 继繼 绩績
续續 维維 综綜 绿綠 编編 缅緬 缓緩 缩縮 网網 罗羅 罚罰 职職 联聯 聪聰 肃肅 胁脅 胜勝 胡胡鬍 脑腦 脱脫 腊臘 舰艦
艺藝 节節 芦蘆 苏蘇 苹蘋 范范範 茧繭 荐薦 荣榮 药藥 莱萊 莲蓮 获獲穫 萨薩 营營 蒋蔣 蓝藍 虏虜 虑慮 虽雖 蚀蝕
补補 装裝 袭襲 见見 观觀 规規 视視 览覽 觉覺 触觸 订訂 认認 讨討 让讓 训訓 议議 记記 讲講 许許 论論 设設 访訪
证證 评評 识識 诉訴 词詞 译譯 试試 话話 询詢 该該 详詳 语語 误誤 说說説 请請 诸諸 诺諾 课課 调調 谅諒 谈談 谊誼
谋謀 谓謂 谢謝 谣謠 谭譚 谷谷穀 贝貝 贞貞 负負 贡貢 财財 责責 贤賢 败敗 货貨 质質 贩販 贪貪 购購 贯貫 贵貴 贷貸
贸貿 费費 贺賀 资資 赋賦 赌賭 赏賞 赔賠 赖賴 赛賽 赞贊讚 赠贈 赢贏 赵趙 赶趕 趋趨 跃躍 践踐 车車 轨軌 转轉 轮輪
软軟 轰轟 轻輕 载載 较較 辅輔 辆輛 辉輝 输輸 辩辯 边邊 辽遼 达達 迁遷 过過 迈邁 运運 还還 进進 远遠 违違 连連
迟遲 适適 选選 递遞 逻邏 遗遺 邓鄧 邮郵 邻鄰 郑鄭 酝醞 释釋 里里裡裏 鉴鑒鑑 针針 钟鐘鍾 钢鋼 钱錢 铁鐵 铜銅 银銀
铺鋪 链鏈 销銷 锁鎖 锋鋒 错錯 锡錫 锦錦 键鍵 镇鎮 长長 门門 闭閉 问問 闯闖 间間 闻聞 阁閣 阅閱 队隊 阳陽 阴陰
阵陣 阶階 际際 陆陸 陈陳 险險 随隨 隐隱 难難 雾霧 静靜 韦韋 韩韓 页頁 顶頂 项項 顺順 须須 顾顧 顿頓 预預 领領
频頻 题題 颜顏 额額 风風 飞飛 饭飯 饮飲 饰飾 馆館 马馬 驱驅 驻駐 驾駕 验驗 骑騎 骗騙 骤驟 鲁魯 鲍鮑 鲜鮮 鸟鳥
鸡雞 鸣鳴 鸿鴻 麦麥 黄黃 齐齊 齿齒 龙龍 龚龔 龟龜 夸誇夸 台台臺 坂阪坂 峰峰峯 群群羣 兹茲 布布佈 准準准 周周週
制制製 咸咸鹹 仿仿彷 斗斗鬥 松松鬆 面面麵
""".split()  # noqa: SIM905  # a table for people to read
_TRADITIONAL = {pair[0]: pair[1:] for pair in _PAIRS}
_SIMPLIFIED = {char: pair[0] for pair in _PAIRS for char in pair[1:] if char not in _TRADITIONAL}
_MOST = 24  # ways to write one spelling: only names of many ambiguous characters have more


def variants(text: str) -> tuple[str, ...]:
    """List the ways to write a spelling: as given, simplified, and traditional."""
    simplified = "".join(_SIMPLIFIED.get(char, char) for char in text)
    choices = [_TRADITIONAL.get(char, char) for char in simplified]
    traditional = islice(("".join(chars) for chars in product(*choices)), _MOST)
    return tuple(dict.fromkeys((text, simplified, *traditional)))
