//! The words of problems in English, Russian, Chinese and Romanian.

/// Code of the class, status, title in the order of [`LANGUAGES`].
pub const TITLES: &[(&str, u16, [&str; 4])] = &[
    ("not_found", 404, ["There is no such thing here", "Здесь такого нет", "找不到该内容", "Nu există așa ceva aici"]),
    (
        "forbidden",
        403,
        [
            "Your rights do not reach that far",
            "Для этого не хватает прав",
            "您的权限不足",
            "Drepturile dvs. nu permit acest lucru",
        ],
    ),
    ("unauthorized", 401, ["Please sign in", "Пожалуйста, войдите", "请先登录", "Vă rugăm să vă autentificați"]),
    (
        "unreadable",
        400,
        ["The request cannot be read", "Запрос не удалось прочитать", "无法读取请求", "Cererea nu poate fi citită"],
    ),
    (
        "invalid",
        422,
        [
            "Some values cannot be accepted",
            "Некоторые значения нельзя принять",
            "部分值无法接受",
            "Unele valori nu pot fi acceptate",
        ],
    ),
    (
        "conflict",
        409,
        [
            "Something else stands against it",
            "Этому мешает другое изменение или правило",
            "与其他更改或规则冲突",
            "Altceva împiedică această modificare",
        ],
    ),
    (
        "too_large",
        413,
        ["That is more than is allowed", "Это больше, чем разрешено", "超出允许的大小", "Depășește limita permisă"],
    ),
    ("version_missing", 428, ["The version is missing", "Не указана версия", "缺少版本号", "Lipsește versiunea"]),
    (
        "busy",
        503,
        [
            "Please try again shortly",
            "Пожалуйста, повторите чуть позже",
            "请稍后重试",
            "Vă rugăm să reîncercați peste puțin timp",
        ],
    ),
    (
        "disk_full",
        507,
        [
            "The disk is full; nothing was saved",
            "Диск заполнен, ничего не сохранено",
            "磁盘已满，未保存任何内容",
            "Discul este plin; nimic nu a fost salvat",
        ],
    ),
    (
        "internal",
        500,
        [
            "Something went wrong on our side",
            "У нас произошла ошибка",
            "我们这边出现了错误",
            "A apărut o eroare la noi",
        ],
    ),
    ("rate_limited", 429, ["Too many requests", "Слишком много запросов", "请求过多", "Prea multe cereri"]),
    (
        "method_not_allowed",
        405,
        ["This cannot be done here", "Здесь так нельзя", "此处不支持该操作", "Această operație nu este posibilă aici"],
    ),
    (
        "unsupported_media_type",
        415,
        [
            "The body must be JSON",
            "Тело запроса должно быть JSON",
            "请求正文必须为 JSON",
            "Corpul cererii trebuie să fie JSON",
        ],
    ),
    (
        "unknown_host",
        421,
        [
            "This server does not go by that name",
            "Этот сервер не отвечает на такое имя",
            "此服务器不使用该名称",
            "Acest server nu răspunde la acest nume",
        ],
    ),
    (
        "headers_too_large",
        431,
        [
            "The headers of the request are too long",
            "Заголовки запроса слишком длинные",
            "请求头过长",
            "Antetele cererii sunt prea lungi",
        ],
    ),
    (
        "foreign_origin",
        403,
        [
            "The request came from another site",
            "Запрос пришёл с другого сайта",
            "请求来自其他网站",
            "Cererea vine de pe alt site",
        ],
    ),
    ("timed_out", 503, ["It took too long", "Это заняло слишком много времени", "处理时间过长", "A durat prea mult"]),
];

/// Faults of single values. English comes from where the fault was found, for it knows the case.
const FIELDS: &[(&str, [&str; 3])] = &[
    ("required", ["Нужно значение", "此项必填", "Este necesară o valoare"]),
    ("unknown_segment", ["Такого сегмента нет", "没有此细分", "Nu există acest segment"]),
    (
        "segment_circle",
        [
            "Сегменты спрашивали бы друг о друге по кругу",
            "细分之间会循环引用",
            "Segmentele s-ar întreba unul pe altul în cerc",
        ],
    ),
    (
        "personal",
        [
            "Состав сегмента один для всех: без «я» и «мои команды»",
            "细分成员对所有人相同：请勿使用“我”和“我的团队”",
            "Un segment are aceiași membri pentru toți: fără „eu” și „echipele mele”",
        ],
    ),
    ("repeated", ["Названо дважды", "重复指定", "Numit de două ori"]),
    (
        "of_different_kinds",
        ["Контакты и компании не пересекаются", "联系人与公司不会重叠", "Contactele și companiile nu se suprapun"],
    ),
    ("unknown_field", ["Такого поля нет", "没有此字段", "Nu există acest câmp"]),
    ("unknown_object", ["Такого объекта нет", "没有此对象", "Nu există acest obiect"]),
    ("wrong_type", ["Значение другого типа", "值的类型不正确", "Valoarea are alt tip"]),
    ("too_long", ["Слишком длинно", "内容过长", "Prea lung"]),
    ("too_short", ["Слишком коротко", "内容过短", "Prea scurt"]),
    (
        "recurrence.unreadable",
        ["Это правило повторения непонятно", "无法理解此重复规则", "Această regulă de repetare nu poate fi înțeleasă"],
    ),
    (
        "invitation.booked",
        [
            "Записавшийся получает письма самой записи",
            "预约者会收到预约本身的邮件",
            "Cine s-a programat primește scrisorile programării",
        ],
    ),
    (
        "invitation.no_time",
        [
            "Приглашать можно на звонок, встречу или визит с началом",
            "只有设有开始时间的电话、会议或拜访才能发出邀请",
            "Se poate invita doar la un apel, o întâlnire sau o vizită cu un început",
        ],
    ),
    (
        "invitation.no_owner",
        [
            "Кто-то должен приглашать: укажите ответственного",
            "必须有邀请人：请指定负责人",
            "Cineva trebuie să invite: indicați un responsabil",
        ],
    ),
    (
        "invitation.no_mail",
        [
            "Исходящая почта не настроена, и у ответственного нет ящика",
            "尚未设置发信，且负责人没有邮箱",
            "Poșta de ieșire nu este configurată, iar responsabilul nu are o căsuță",
        ],
    ),
    (
        "recurrence.no_start",
        [
            "Чтобы повторяться, нужно начало или срок",
            "重复的活动需要开始时间或截止日期",
            "Ca să se repete, are nevoie de un început sau de un termen",
        ],
    ),
    (
        "recurrence.of_all",
        [
            "Один случай сам не повторяется: измените все",
            "单次活动自身不重复：请更改全部",
            "Un singur moment nu se repetă: schimbați-le pe toate",
        ],
    ),
    (
        "recurrence.says_days",
        [
            "Дни названы в правиле: измените правило",
            "规则已指定日期：请更改规则",
            "Regula numește zilele: schimbați regula",
        ],
    ),
    ("unknown_zone", ["Такого часового пояса нет", "没有此时区", "Acest fus orar nu există"]),
    ("too_large", ["Слишком много", "超出上限", "Prea mare"]),
    ("too_small", ["Слишком мало", "低于下限", "Prea mic"]),
    ("too_many", ["Слишком много значений", "值过多", "Prea multe valori"]),
    ("not_found", ["Такой записи нет", "没有此记录", "Nu există această înregistrare"]),
    (
        "no_normal_form",
        ["У этого поля нет нормальной формы", "此字段没有标准格式", "Acest câmp nu are o formă normală"],
    ),
    ("readonly", ["Это поле заполняет система", "此字段由系统填写", "Acest câmp este completat de sistem"]),
    ("computed", ["Это поле вычисляется", "此字段由系统计算", "Acest câmp este calculat"]),
    ("unknown_option", ["Такого варианта нет", "没有此选项", "Nu există această opțiune"]),
    ("not_an_option", ["Такого варианта нет", "没有此选项", "Nu există această opțiune"]),
    ("not_an_email", ["Это не адрес эл. почты", "不是有效的电子邮箱", "Nu este o adresă de e-mail"]),
    ("not_a_phone", ["Это не номер телефона", "不是有效的电话号码", "Nu este un număr de telefon"]),
    ("not_a_url", ["Это не адрес сайта", "不是有效的网址", "Nu este o adresă web"]),
    ("not_a_date", ["Это не дата", "不是有效的日期", "Nu este o dată"]),
    ("not_a_time", ["Это не время", "不是有效的时间", "Nu este o oră"]),
    ("not_money", ["Это не сумма денег", "不是有效的金额", "Nu este o sumă de bani"]),
    ("not_a_number", ["Это не число", "不是有效的数字", "Nu este un număr"]),
    (
        "record.merged",
        [
            "Запись объединена с другой; сначала отделите её",
            "该记录已合并到另一条记录，请先拆分",
            "Înregistrarea a fost unită cu alta; separați-o întâi",
        ],
    ),
    ("merge.undone", ["Это объединение уже отменено", "此次合并已撤销", "Această unire a fost deja anulată"]),
    (
        "duplicate",
        ["Такая запись, похоже, уже есть", "这样的记录可能已经存在", "O astfel de înregistrare pare să existe deja"],
    ),
    (
        "unique",
        ["Такое значение уже есть у другой записи", "其他记录已使用此值", "Altă înregistrare are deja această valoare"],
    ),
    (
        "holds_secret",
        [
            "Пароль не должен стоять здесь: задайте его как секрет источника",
            "密码不应写在这里：请将其设为来源的密钥",
            "Parola nu are ce căuta aici: dați-o ca secret al sursei",
        ],
    ),
    (
        "not_allowed_here",
        [
            "Путь вне папок, разрешённых настройками сервера (source_folders)",
            "路径不在服务器设置允许的文件夹内（source_folders）",
            "Calea este în afara dosarelor permise de setările serverului (source_folders)",
        ],
    ),
    (
        "address_refused",
        [
            "Адрес в частной сети: сначала его должны назвать настройки сервера (source_hosts)",
            "该地址位于专用网络：需先在服务器设置中列出（source_hosts）",
            "Adresa este într-o rețea privată: setările serverului trebuie să o numească mai întâi (source_hosts)",
        ],
    ),
    (
        "no_font",
        [
            "На сервере нет шрифта для некоторых знаков: установите, например, Noto CJK",
            "服务器缺少部分字符的字体：请安装字体，例如 Noto CJK",
            "Serverul nu are un font pentru unele semne: instalați unul, de exemplu Noto CJK",
        ],
    ),
    ("not_a_file", ["Это не файл", "这不是文件", "Acesta nu este un fișier"]),
    ("not_a_folder", ["Это не папка", "这不是文件夹", "Acesta nu este un dosar"]),
    ("key_missing", ["У строки нет ключа", "该行没有主键", "Rândul nu are cheie"]),
    ("repeated_key", ["Ключ повторяется", "主键重复", "Cheia se repetă"]),
    ("taken", ["Уже занято", "已被使用", "Deja folosit"]),
    ("too_weak", ["Слишком простой пароль", "密码过于简单", "Parola este prea slabă"]),
    ("wrong_code", ["Код не подходит", "验证码不正确", "Codul nu este corect"]),
    (
        "not_accepted",
        ["Этот ключ доступа не принят", "此通行密钥未被接受", "Această cheie de acces nu a fost acceptată"],
    ),
    (
        "not_supported",
        ["Такой ключ доступа не поддерживается", "不支持此通行密钥", "Această cheie de acces nu este acceptată aici"],
    ),
    (
        "not_verified",
        [
            "Устройство должно спросить отпечаток, лицо или PIN",
            "设备需要验证指纹、面容或 PIN",
            "Dispozitivul trebuie să ceară amprenta, fața sau codul PIN",
        ],
    ),
    (
        "readonly_now",
        [
            "В этом состоянии записи поле уже нельзя менять",
            "在记录的当前状态下不能再修改此字段",
            "În această stare a înregistrării câmpul nu mai poate fi schimbat",
        ],
    ),
    (
        "not_here",
        [
            "Здесь можно спрашивать только о полях самой записи",
            "此处只能使用记录自身的字段",
            "Aici se pot folosi doar câmpurile înregistrării",
        ],
    ),
    ("no_rate", ["На этот день нет курса", "该日期没有汇率", "Nu există curs pentru această zi"]),
    ("fixed", ["Это больше нельзя изменить", "此项已不能更改", "Aceasta nu mai poate fi schimbată"]),
    ("overlaps", ["Часы пересекаются", "时间段重叠", "Intervalele se suprapun"]),
    ("not_a_colour", ["Это не цвет", "不是有效的颜色", "Nu este o culoare"]),
    ("wrong_password", ["Пароль не подходит", "密码不正确", "Parola nu este corectă"]),
    ("no_owner", ["У таких записей нет ответственного", "此类记录没有负责人", "Aceste înregistrări nu au responsabil"]),
    ("bad_question", ["Вопрос не понят", "无法理解该条件", "Întrebarea nu a fost înțeleasă"]),
    ("syntax", ["Здесь ожидалось другое", "此处语法有误", "Aici era așteptat altceva"]),
    ("too_deep", ["Слишком глубокая вложенность", "嵌套过深", "Imbricare prea adâncă"]),
    ("not_sortable", ["По этому полю нельзя упорядочить", "无法按此字段排序", "Nu se poate ordona după acest câmp"]),
    (
        "sort_needs_index",
        [
            "Для такого длинного списка полю нужен индекс",
            "列表过长，此字段需要索引才能排序",
            "Lista este prea lungă; câmpul are nevoie de un index",
        ],
    ),
    ("not_groupable", ["По этому полю нельзя группировать", "无法按此字段分组", "Nu se poate grupa după acest câmp"]),
    (
        "not_for_everyone",
        [
            "Это представление видят не все",
            "并非所有人都能看到此视图",
            "Această vizualizare nu este vizibilă pentru toți",
        ],
    ),
    ("unknown_figure", ["Такого показателя нет", "没有此统计指标", "Nu există acest indicator"]),
    (
        "idempotency_key_reused",
        [
            "Этот ключ уже использован для другого запроса",
            "此幂等键已用于其他请求",
            "Această cheie a fost folosită pentru altă cerere",
        ],
    ),
    ("reserved", ["Это имя занято системой", "此名称由系统保留", "Acest nume este rezervat de sistem"]),
    ("circular", ["Получается замкнутый круг", "形成了循环引用", "Se formează un cerc"]),
    ("not_a_party", ["Это не клиент и не партнёр", "这不是客户或合作伙伴", "Nu este un client sau partener"]),
    ("unknown_currency", ["Такой валюты нет", "未知货币", "Monedă necunoscută"]),
    ("unknown_encoding", ["Такой кодировки нет", "未知编码", "Codificare necunoscută"]),
    ("unknown_sheet", ["Такого листа в файле нет", "文件中没有此工作表", "Fișierul nu are această foaie"]),
    ("taken_twice", ["Поле выбрано дважды", "字段被选择了两次", "Câmpul este ales de două ori"]),
    ("too_few", ["Нужно хотя бы две записи", "至少需要两条记录", "Este nevoie de cel puțin două înregistrări"]),
    ("not_mergeable", ["Такие записи не объединяют", "此类记录不能合并", "Astfel de înregistrări nu se unesc"]),
    ("stricter_consent", ["Действует более строгий отказ", "以更严格的意愿为准", "Se păstrează refuzul mai strict"]),
    ("not_allowed", ["Для этого не хватает прав", "权限不足", "Drepturile nu permit acest lucru"]),
    ("format", ["Формат не подходит", "格式不正确", "Formatul nu se potrivește"]),
];

/// Conflicts that people meet often.
const CONFLICTS: &[(&str, [&str; 3])] = &[
    (
        "invitation.none",
        ["К этой встрече никто не приглашал", "没有人邀请您参加此会议", "Nimeni nu a invitat la această întâlnire"],
    ),
    (
        "invitation.cancelled",
        ["Организатор отменил эту встречу", "组织者已取消此会议", "Organizatorul a anulat această întâlnire"],
    ),
    (
        "invitation.no_mailbox",
        [
            "Ящика, в который пришло приглашение, больше нет",
            "收到邀请的邮箱已不存在",
            "Căsuța în care a venit invitația nu mai există",
        ],
    ),
    ("recurrence.none", ["Это дело не повторяется", "此活动不重复", "Această activitate nu se repetă"]),
    (
        "booking.over",
        ["Эта встреча уже прошла или отменена", "该预约已结束或已取消", "Întâlnirea a trecut deja sau a fost anulată"],
    ),
    ("booking.taken", ["Это время уже занято", "该时间已被占用", "Ora aceasta este deja ocupată"]),
    ("form.closed", ["Эта форма закрыта", "此表单已关闭", "Acest formular este închis"]),
    ("form.not_held", ["Этот ответ не задержан", "此提交未被扣留", "Acest răspuns nu este reținut"]),
    (
        "commission.used",
        [
            "По этой версии плана уже начислено: она не меняется, за ней может следовать другая",
            "该版本已有佣金入账，不能更改；可新建后续版本",
            "După această versiune s-a calculat deja: nu se mai schimbă, îi poate urma alta",
        ],
    ),
    ("commission.not_over", ["Этот месяц ещё не закончился", "本月尚未结束", "Luna aceasta nu s-a încheiat încă"]),
    (
        "commission.later_closed",
        ["Более поздняя ведомость уже закрыта", "之后的月份已经结算关闭", "Un stat de plată ulterior este deja închis"],
    ),
    (
        "commission.disputed",
        [
            "По этой ведомости есть нерешённый вопрос",
            "该结算单还有未解决的问题",
            "Pe acest stat de plată există o întrebare nerezolvată",
        ],
    ),
    ("lead.converted", ["Этот лид уже преобразован", "该线索已转化", "Prospectul este deja convertit"]),
    ("lead.not_converted", ["Этот лид не преобразован", "该线索尚未转化", "Prospectul nu este convertit"]),
    (
        "lead.closed",
        [
            "Лид уже закрыт: с ним так поступить нельзя",
            "该线索已关闭，不能这样处理",
            "Prospectul este deja închis: nu se mai poate face asta",
        ],
    ),
    (
        "segment.dynamic",
        [
            "Состав этого сегмента определяют его условия",
            "此细分的成员由其条件决定",
            "Cine face parte din acest segment reiese din condițiile lui",
        ],
    ),
    (
        "record.stale",
        [
            "Кто-то тем временем изменил то же поле",
            "其他人已同时修改了同一字段",
            "Altcineva a modificat între timp același câmp",
        ],
    ),
    (
        "record.trashed",
        [
            "Запись в корзине, сначала восстановите её",
            "该记录在回收站中，请先恢复",
            "Înregistrarea este în coș; restaurați-o întâi",
        ],
    ),
    (
        "unique",
        ["Такое значение уже есть у другой записи", "其他记录已使用此值", "Altă înregistrare are deja această valoare"],
    ),
    (
        "idempotency.in_flight",
        ["Такой же запрос ещё выполняется", "相同的请求仍在处理中", "Aceeași cerere este încă în lucru"],
    ),
    (
        "access.last_administrator",
        [
            "Иначе не останется никого, кто мог бы управлять системой",
            "否则将没有任何管理员",
            "Altfel nu ar mai rămâne niciun administrator",
        ],
    ),
    (
        "role.fixed",
        ["Роль администратора изменить нельзя", "管理员角色不可更改", "Rolul de administrator nu poate fi schimbat"],
    ),
    (
        "key.too_many",
        [
            "Ключей слишком много, отзовите лишние",
            "密钥过多，请先撤销不用的密钥",
            "Sunt prea multe chei; revocați-le pe cele nefolosite",
        ],
    ),
    ("user.inactive", ["Этот сотрудник больше не работает", "该用户已停用", "Acest utilizator nu mai este activ"]),
    (
        "record.erased",
        ["Эта запись стёрта навсегда", "该记录已被永久清除", "Această înregistrare a fost ștearsă definitiv"],
    ),
    (
        "totp.enabled",
        ["Одноразовые коды уже включены", "一次性验证码已启用", "Codurile de unică folosință sunt deja active"],
    ),
    (
        "second_factor.required",
        [
            "Вашей роли нужен второй фактор, сначала настройте другой",
            "您的角色需要第二重验证，请先设置其他方式",
            "Rolul dvs. cere un al doilea factor; configurați întâi altul",
        ],
    ),
    (
        "passkey.not_here",
        [
            "Ключи доступа работают только по имени сайта с https",
            "通行密钥仅在使用 https 的域名下可用",
            "Cheile de acces funcționează doar la un nume cu https",
        ],
    ),
    (
        "passkey.too_many",
        [
            "Ключей доступа слишком много, удалите лишние",
            "通行密钥过多，请先删除不用的",
            "Sunt prea multe chei de acces; ștergeți-le pe cele nefolosite",
        ],
    ),
    (
        "passkey.known",
        ["Этот ключ доступа уже добавлен", "此通行密钥已添加", "Această cheie de acces este deja adăugată"],
    ),
    (
        "calendar.default",
        [
            "Основной календарь остаётся, сначала назначьте другой",
            "默认日历不能删除，请先指定其他日历",
            "Calendarul implicit rămâne; alegeți întâi altul",
        ],
    ),
    (
        "definition.in_use",
        [
            "На это поле ссылаются условия других полей",
            "其他字段的条件引用了此字段",
            "Condițiile altor câmpuri folosesc acest câmp",
        ],
    ),
    (
        "definitions.plan_stale",
        [
            "Тем временем определения изменились, составьте план заново",
            "定义已发生变化，请重新生成计划",
            "Definițiile s-au schimbat între timp; refaceți planul",
        ],
    ),
    ("source.at_work", ["Этот источник сейчас читается", "正在读取此来源", "Această sursă este citită acum"]),
    ("source.unreachable", ["Источник не отвечает", "无法连接到来源", "Sursa nu poate fi contactată"]),
    (
        "source.columns_changed",
        [
            "В источнике больше нет нужных столбцов; ничего не записано",
            "来源中已没有所需的列；未写入任何内容",
            "Sursa nu mai are coloanele necesare; nimic nu a fost scris",
        ],
    ),
    (
        "source.encoding",
        [
            "Источник записан в другой кодировке; ничего не записано",
            "来源使用了其他编码；未写入任何内容",
            "Sursa este scrisă în altă codificare; nimic nu a fost scris",
        ],
    ),
    (
        "source.still_written",
        [
            "Файл менялся во время чтения; ничего не записано",
            "读取时文件仍在变化；未写入任何内容",
            "Fișierul s-a schimbat în timpul citirii; nimic nu a fost scris",
        ],
    ),
    (
        "source.secret_elsewhere",
        [
            "Секрет был задан для другого адреса; задайте его снова",
            "密钥是为另一个地址设置的；请重新设置",
            "Secretul a fost dat pentru altă adresă; dați-l din nou",
        ],
    ),
    ("source.refused", ["Источник ответил отказом", "来源拒绝了请求", "Sursa a refuzat cererea"]),
    ("source.query", ["Запрос к источнику не выполнен", "来源的查询失败", "Interogarea sursei a eșuat"]),
    ("source.undone", ["Этот запуск уже отменён", "此次运行已撤销", "Această rulare a fost deja anulată"]),
    (
        "mail.not_configured",
        ["Отправка почты не настроена", "尚未配置发送邮件", "Trimiterea de e-mailuri nu este configurată"],
    ),
    (
        "mail.no_address",
        ["Для писем нужен адрес эл. почты в профиле", "个人资料中缺少电子邮箱", "În profil lipsește adresa de e-mail"],
    ),
    ("household.decided", ["Это предложение уже решено", "该建议已处理", "Această propunere a fost deja decisă"]),
    ("import.at_work", ["Импорт сейчас выполняется", "导入正在进行", "Importul este în curs"]),
    ("import.done", ["Импорт уже выполнен", "导入已完成", "Importul este deja încheiat"]),
    (
        "import.file_gone",
        [
            "Файл этого импорта уже удалён, загрузите его снова",
            "此导入的文件已删除，请重新上传",
            "Fișierul acestui import a fost șters; încărcați-l din nou",
        ],
    ),
    ("import.not_done", ["Импорт ещё не выполнен", "导入尚未完成", "Importul nu este încă încheiat"]),
    ("job.stopped", ["Задание остановлено", "任务已停止", "Sarcina a fost oprită"]),
];

/// The languages of the product.
pub const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];

pub fn title(code: &str, language: &str) -> &'static str {
    let place = LANGUAGES.iter().position(|l| *l == language).unwrap_or(0);
    let found = TITLES.iter().find(|(c, _, _)| *c == code);
    found.and_then(|(_, _, titles)| titles.get(place).copied()).unwrap_or("")
}

/// None in English, or where there are no words for the code.
pub fn field(code: &str, language: &str) -> Option<&'static str> {
    translated(FIELDS, code, language)
}

pub fn conflict(code: &str, language: &str) -> Option<&'static str> {
    translated(CONFLICTS, code, language)
}

fn translated(table: &[(&str, [&'static str; 3])], code: &str, language: &str) -> Option<&'static str> {
    let place = LANGUAGES.iter().position(|l| *l == language)?.checked_sub(1)?;
    table.iter().find(|(c, _)| *c == code).and_then(|(_, texts)| texts.get(place).copied())
}

/// The language that an `Accept-Language` header asks for, if it is one of ours. The quality values decide, then the order.
pub fn asked(header: &str) -> Option<&'static str> {
    let mut best: Option<(f32, &'static str)> = None;
    for part in header.split(',').take(20) {
        let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
        let primary = tag.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
        let quality: f32 = quality.trim().parse().unwrap_or(0.0);
        let Some(language) = LANGUAGES.iter().find(|l| **l == primary) else { continue };
        if quality > 0.0 && best.is_none_or(|(b, _)| quality > b) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn the_best_of_our_languages_is_taken() {
        assert_eq!(asked("de, ru;q=0.8, en;q=0.9"), Some("en"));
        assert_eq!(asked("zh-CN,zh;q=0.9"), Some("zh"));
        assert_eq!(asked("fr"), None);
        assert_eq!(asked(""), None);
    }
}
