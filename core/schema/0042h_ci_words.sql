-- What refusals of the CMDB say, and the words of its states, classes and links. English first, Simplified Chinese beside it.
-- Lifecycles are labelled in_...: a kind of record may be called like one of them.
reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
error.no_ci            | there is no configuration item {value}; svcdesk ci list finds it | 没有配置项 {value}；可用 svcdesk ci list 查找
error.ci_role          | your role may not change this: agents change the items of the organisations they serve, process owners and administrators declare classes, links and rules | 您的角色不能更改：坐席可更改其所服务组织的配置项，流程负责人和管理员声明类、关系和规则
error.ci_class         | there is no class {value}; near: {near}; svcdesk ci class list names them all | 没有类 {value}；相近的有：{near}；svcdesk ci class list 列出全部
error.ci_attr          | {ci}: class {class} has no attribute {value}; it has {allowed} | {ci}：类 {class} 没有属性 {value}；可用的有 {allowed}
error.ci_value_text    | {ci}: {attr} is a text of at most 4000 characters | {ci}：{attr} 是至多 4000 个字符的文本
error.ci_value_line    | {ci}: {attr} is one line of 1 to 200 characters, not {value} | {ci}：{attr} 是 1 到 200 个字符的一行文字，而不是 {value}
error.ci_value_int     | {ci}: {attr} is a whole number, not {value} | {ci}：{attr} 是整数，而不是 {value}
error.ci_value_number  | {ci}: {attr} is a number such as 12.5, not {value} | {ci}：{attr} 是数字，例如 12.5，而不是 {value}
error.ci_value_bool    | {ci}: {attr} is yes or no, not {value} | {ci}：{attr} 是 yes 或 no，而不是 {value}
error.ci_value_date    | {ci}: {attr} is a date such as 2026-12-31, not {value} | {ci}：{attr} 是日期，例如 2026-12-31，而不是 {value}
error.ci_value_choice  | {ci}: {attr} is one of {allowed}, not {value} | {ci}：{attr} 只能是 {allowed} 之一，而不是 {value}
error.ci_value_ip      | {ci}: {attr} is addresses or networks such as 10.2.1.70 2620:0:861::/64, not {value} | {ci}：{attr} 是地址或网络，例如 10.2.1.70 2620:0:861::/64，而不是 {value}
error.ci_value_ref     | {ci}: {attr} names an item of class {class} by its ident; {value} is none | {ci}：{attr} 须以标识给出类 {class} 的配置项；{value} 不是
error.ci_value_org     | {ci}: there is no organisation {value} | {ci}：没有组织 {value}
error.ci_value_service | {ci}: there is no service {value}; near: {near} | {ci}：没有服务 {value}；相近的有：{near}
error.ci_value_group   | {ci}: there is no group {value}; near: {near} | {ci}：没有组 {value}；相近的有：{near}
error.ci_value_owner   | {ci}: nobody is called {value}, or several are; write the login | {ci}：没有人名叫 {value}，或有多人同名；请写登录名
error.ci_value_needs   | {ci}: redundancy says of how many items a link needs, such as depends_on=2 (0 takes it away), not {value} | {ci}：冗余给出某种关系需要几个配置项正常，例如 depends_on=2（0 为取消），而不是 {value}
error.ci_required      | {ci}: an item of class {class} must have {value} | {ci}：类 {class} 的配置项必须有 {value}
error.ci_step          | {ci}: from {from} it cannot become {value}, only {allowed} | {ci}：不能从 {from} 变为 {value}，只能变为 {allowed}
error.ci_class_leaves  | {ci}: class {value} has no {near}; take these away first | {ci}：类 {value} 没有 {near}；请先去掉这些属性
error.ci_exists        | {ci} is there already; svcdesk ci set changes it | {ci} 已存在；可用 svcdesk ci set 更改
error.ci_several       | {value} could be any of {near}: give it a serial number or another key, or merge these first | {value} 可能是 {near} 中的任何一个：请给出序列号或其他键，或先合并它们
error.ci_twice         | {ci} is named twice | {ci} 出现了两次
error.unseen           | {field}: {value} has characters that are not seen or that turn the text around ({codes}); write it without them | {field}：{value} 含有不可见或改变文字方向的字符（{codes}）；请去掉后再写
error.ci_beyond        | {ci}: {attr}: {other} may not name {value} in an attribute, as it belongs to another customer: who sees one need not see the other; link them | {ci}：{attr}：{value} 属于其他客户，{other} 的属性不能引用它（能看到一个的人未必能看到另一个）；请改用关系
error.ci_ident         | an ident has 1 to 200 characters on one line, not {value} | 标识是 1 到 200 个字符的一行文字，而不是 {value}
error.ci_version       | {ci} has been changed meanwhile: it is at version {current}, not {value} | {ci} 期间已被更改：现为版本 {current}，而不是 {value}
error.ci_first         | {ci}: there is nothing before its first version; E changes it | {ci}：首个版本之前没有内容；按 E 更改
error.ci_source        | a source is called by 1 to 80 letters, digits and _.:/@+- and begins with a letter or digit, not {value} | 来源名称为 1 到 80 个字母、数字和 _.:/@+-，以字母或数字开头，而不是 {value}
error.ci_word          | {field}: {value} is no name here: small letters, digits and _, beginning with a letter, at most 60, and no word that every item has | {field}：{value} 不能作名称：须为小写字母、数字和 _，以字母开头，至多 60 个，且不是配置项固有的字段
error.ci_root          | ci is the root of all classes and has no parent | ci 是所有类的根，没有上级
error.ci_circle        | {value} is below {class}: a class cannot be above itself | {value} 在 {class} 之下：类不能位于自身之上
error.ci_days          | stale_days is 1 to 3650, not {value} | stale_days 为 1 到 3650，而不是 {value}
error.ci_key_part      | {value} cannot be part of a key of {class}: write name, place, an attribute, or @ and a type of link | {value} 不能作为 {class} 的键：请写 name、place、属性名，或 @ 加关系类型
error.ci_attr_used     | {value} has a value in {ci}: take the values away first | {ci} 的 {value} 有值：请先去掉这些值
error.ci_attr_kept     | {attr} of {ci} is no {value}: correct it first | {ci} 的 {attr} 不是 {value} 类型：请先更正
error.ci_not_yet       | {ci} was not there yet at {value} | {value} 时 {ci} 尚不存在
error.ci_baseline_name | a baseline has a name of 1 to 80 characters on one line, not {value} | 基线名称为 1 到 80 个字符的一行文字，而不是 {value}
error.ci_no_baseline   | {value} is no baseline and no time; baselines: {near} | {value} 既不是基线也不是时间；已有基线：{near}
error.ci_query_field   | query, column {place}: there is no field {value}; near: {near} | 查询第 {place} 列：没有字段 {value}；相近的有：{near}
error.ci_query_value   | query, column {place}: {attr} cannot be {value}; it is {allowed} | 查询第 {place} 列：{attr} 不能是 {value}；应为 {allowed}
error.ci_query_form    | query, column {place}: {value} cannot stand here; see svcdesk-cmdb(7) | 查询第 {place} 列：此处不能是 {value}；见 svcdesk-cmdb(7)
error.ci_no_rule       | there is no rule {value}; rules: {near} | 没有规则 {value}；已有规则：{near}
error.ci_rule_name     | a rule is called by small letters, digits, - and _, at most 60, not {value} | 规则名称由小写字母、数字、- 和 _ 组成，至多 60 个，而不是 {value}
error.ci_no_change     | there is no unplanned change {value}; svcdesk ci unplanned lists them | 没有计划外变更 {value}；可用 svcdesk ci unplanned 列出
error.ci_not_said      | {source} says nothing of {value} of {ci} | {source} 没有报告 {ci} 的 {value}
error.ci_rank          | a rank is 1 to 999, not {value} | 等级为 1 到 999，而不是 {value}
error.ci_link_type     | there is no type of link {value}; there are {allowed} | 没有关系类型 {value}；已有 {allowed}
error.ci_self          | {ci}: an item cannot be linked with itself ({type}) | {ci}：配置项不能与自身建立关系（{type}）
error.ci_pair          | {ci}: {type} does not lead from {from} to {to}; it may lead {allowed} | {ci}：{type} 不能从 {from} 指向 {to}；允许的有 {allowed}
error.ci_no_link       | {from} has no link {type} {to}; it has {near} | {from} 没有关系 {type} {to}；已有 {near}
ci_lifecycle.in_planned       | planned | 计划中
ci_lifecycle.in_build         | build | 建设中
ci_lifecycle.in_stock         | stock | 库存
ci_lifecycle.in_production    | production | 生产
ci_lifecycle.in_maintenance   | maintenance | 维护中
ci_lifecycle.in_retired       | retired | 已退役
ci_lifecycle.in_disposed      | disposed | 已处置
ci_op.operational      | operational | 正常
ci_op.warning          | warning | 警告
ci_op.incident         | incident | 故障
ci_criticality.1       | vital | 关键
ci_criticality.2       | high | 高
ci_criticality.3       | medium | 中
ci_criticality.4       | minor | 低
ci_class.ci                | configuration item | 配置项
ci_class.hardware          | hardware | 硬件
ci_class.software          | software | 软件
ci_class.logical           | logical item | 逻辑项
ci_class.location          | location | 位置
ci_class.organisation      | organisation | 组织
ci_class.business_service  | business service | 业务服务
ci_class.device            | device | 设备
ci_class.server            | server | 服务器
ci_class.network_device    | network device | 网络设备
ci_class.storage           | storage | 存储
ci_class.printer           | printer | 打印机
ci_class.laptop            | laptop | 笔记本电脑
ci_class.desktop           | desktop | 台式机
ci_class.phone             | phone | 电话
ci_class.virtual_machine   | virtual machine | 虚拟机
ci_class.application       | application | 应用
ci_class.database          | database | 数据库
ci_class.package           | package | 软件包
ci_class.source            | source package | 源码包
ci_class.software_component | software component | 软件组件
ci_class.role              | role | 角色
ci_class.cluster           | cluster | 集群
ci_class.database_cluster  | database cluster | 数据库集群
ci_class.network           | network | 网络
ci_class.service_endpoint  | service endpoint | 服务端点
ci_class.dns_record        | DNS record | DNS 记录
ci_class.datacentre        | data centre | 数据中心
ci_class.site              | site | 站点
ci_class.rack              | rack | 机柜
ci_class.team              | team | 团队
ci_type.depends_on     | depends on | 依赖
ci_type.requires       | requires | 需要
ci_type.located_in     | located in | 位于
ci_type.includes       | includes | 包含
ci_type.runs_role      | runs role | 承担角色
ci_type.provides       | provides | 提供
ci_type.published_as   | published as | 发布为
ci_type.member_of      | member of | 属于
ci_type.owned_by       | owned by | 归属
ci_type.recommends     | recommends | 推荐
ci_type.breaks         | breaks | 破坏
ci_type.conflicts_with | conflicts with | 冲突
ci_type.built_from     | built from | 构建自
ci_type.connects_to    | connects to | 连接
ci_type.backs_up       | backs up | 备份
ci_type.runs_on        | runs on | 运行于
ci_type.hosted_by      | hosted by | 托管于
ci_type.powers         | powers | 供电给
ci_type.used_by        | used by | 被使用于
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S' on conflict do nothing;
