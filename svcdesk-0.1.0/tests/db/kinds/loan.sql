-- Lending of devices: a kind with fields of every type and no word of an incident. An administrator applies it to a desk:
-- psql as superuser, -1 -f loan.sql; who owns what is settled by desk.kind_install.
create table desk.loan(
  id bigint primary key,
  borrower int references desk.person,
  "order" text,
  back_by timestamptz,
  condition text check (condition in ('mint', 'used', 'worn_out')),
  insured boolean,
  fee numeric(8,2),
  pieces smallint not null default 1 check (pieces between 1 and 20),
  device bigint references desk.ci,
  from_group int references desk.support_group,
  grade smallint check (grade between 1 and 3),
  remark text);
comment on table desk.loan is 'A device lent to somebody';
insert into desk.kind values ('loan', 'LN', 'desk.loan', 'asked', 40);
insert into desk.kind_state values ('loan','asked',1,1),('loan','lent_out',2,2),('loan','overdue',1,3),('loan','back',3,4),('loan','lost',3,5);
insert into desk.field(kind, field, store, col, type, choices, editable, sort, list_sort, list_width) values
 ('loan','subject','ticket','subject','text',null,true,1,2,30),
 ('loan','borrower','typed','borrower','person',null,true,2,3,12),
 ('loan','due_back','typed','back_by','time',null,true,3,4,16),
 ('loan','condition','typed','condition','choice','{mint,used,worn_out}',true,4,5,9),
 ('loan','insured','typed','insured','bool',null,true,5,6,4),
 ('loan','pieces','typed','pieces','int',null,true,6,7,3),
 ('loan','order_no','typed','order','text',null,true,7,0,10),
 ('loan','device','typed','device','ci',null,true,8,0,12),
 ('loan','from_group','typed','from_group','group',null,true,9,0,12),
 ('loan','grade','typed','grade','level','{1,2,3}',true,10,0,4),
 ('loan','remark','typed','remark','multiline',null,true,11,0,20),
 ('loan','terms','text','body','multiline',null,true,12,0,20);
insert into desk.verb values ('loan','create',0,null,2,0,false),('loan','hand_out',1,'h',2,0,true),('loan','extend',2,'x',2,1,true),
 ('loan','take_back',3,'b',2,2,true),('loan','write_off',4,'W',1,1,true),('loan','edit',5,'e',1,0,true),('loan','note',6,'N',1,2,true),('loan','chase',7,null,2,0,true);
insert into desk.verb_param(kind,verb,param,field,type,choices,ask,initial,sort) values
 ('loan','create','what','subject','text',null,2,null,1),
 ('loan','create','borrower','borrower','person',null,2,'@me',2),
 ('loan','create','insured','insured','bool',null,1,'yes',3),
 ('loan','create','condition','condition','choice',null,1,'used',4),
 ('loan','create','pieces','pieces','int',null,0,null,5),
 ('loan','create','device','device','ci',null,0,null,6),
 ('loan','hand_out','until','due_back','time',null,2,'+7d',1),
 ('loan','extend','until','due_back','time',null,2,'+3d',1),
 ('loan','extend','why',null,'choice','{ill,travel}',1,'travel',2),
 ('loan','take_back','condition','condition','choice',null,2,'=',1),
 ('loan','write_off','sure',null,'bool',null,2,'no',1);
create function desk.guard_loan_write_off(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if a->>'sure' <> 'true' then return desk.refuse('loan_not_sure', 'input', 'sure'); end if;
  if exists (select from desk.loan l where l.id = t.id and l.insured) then return desk.refuse('loan_insured', 'state', 'insured', jsonb_build_object('number', t.number)); end if;
  return null;
end $$;
create function desk.effect_loan_extend(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_build_object('state', 'lent_out');
end $$;
insert into desk.transition values
 ('loan','asked','hand_out','lent_out','{agent,lead}',null,null),
 ('loan','lent_out','extend','=','{agent,requester}',null,null),
 ('loan','overdue','extend','=','{agent}',null,'desk.effect_loan_extend(desk.ticket,jsonb,int)'),
 ('loan','lent_out','take_back','back','{agent}',null,'desk.effect_resolve(desk.ticket,jsonb,int)'),
 ('loan','overdue','take_back','back','{agent}',null,'desk.effect_resolve(desk.ticket,jsonb,int)'),
 ('loan','lent_out','chase','overdue','{agent}',null,null),
 ('loan','overdue','write_off','lost','{agent}','desk.guard_loan_write_off(desk.ticket,jsonb,int)',null),
 ('loan','asked','edit','=','{agent}',null,null),('loan','lent_out','edit','=','{agent}',null,null),
 ('loan','back','note','=','{agent}',null,null);
insert into desk.label values
 ('kind.loan','en','Loan'),('kind.loan','zh_CN','借用'),
 ('state.loan.asked','en','Asked for'),('state.loan.asked','zh_CN','已申请'),('state.loan.lent_out','en','Lent out'),('state.loan.lent_out','zh_CN','已借出'),
 ('state.loan.overdue','en','Overdue'),('state.loan.overdue','zh_CN','逾期'),('state.loan.back','en','Back'),('state.loan.back','zh_CN','已归还'),('state.loan.lost','en','Lost'),('state.loan.lost','zh_CN','丢失'),
 ('verb.loan.hand_out','en','Hand out'),('verb.loan.hand_out','zh_CN','借出'),('verb.loan.extend','en','Extend'),('verb.loan.extend','zh_CN','延期'),
 ('verb.loan.take_back','en','Take back'),('verb.loan.take_back','zh_CN','收回'),('verb.loan.write_off','en','Write off'),('verb.loan.write_off','zh_CN','核销'),('verb.loan.chase','en','Chase'),('verb.loan.chase','zh_CN','催还'),
 ('field.loan.borrower','en','Borrower'),('field.loan.borrower','zh_CN','借用人'),('field.loan.due_back','en','Due back'),('field.loan.due_back','zh_CN','应还时间'),
 ('field.loan.condition','en','Condition'),('field.loan.condition','zh_CN','状况'),('field.loan.insured','en','Insured'),('field.loan.insured','zh_CN','已投保'),
 ('field.loan.pieces','en','Pieces'),('field.loan.pieces','zh_CN','数量'),('field.loan.order_no','en','Order'),('field.loan.order_no','zh_CN','订单'),
 ('field.loan.device','en','Device'),('field.loan.device','zh_CN','设备'),('field.loan.from_group','en','From'),('field.loan.from_group','zh_CN','出借组'),
 ('field.loan.grade','en','Grade'),('field.loan.grade','zh_CN','等级'),('field.loan.remark','en','Remark'),('field.loan.remark','zh_CN','备注'),('field.loan.terms','en','Terms'),('field.loan.terms','zh_CN','条款'),
 ('choice.condition.mint','en','mint'),('choice.condition.mint','zh_CN','全新'),('choice.condition.used','en','used'),('choice.condition.used','zh_CN','用过'),('choice.condition.worn_out','en','worn out'),('choice.condition.worn_out','zh_CN','磨损'),
 ('param.loan.create.what','en','What'),('param.loan.create.what','zh_CN','物品'),('param.loan.extend.why','en','Why'),('param.loan.extend.why','zh_CN','原因'),
 ('choice.why.ill','en','ill'),('choice.why.ill','zh_CN','生病'),('choice.why.travel','en','travelling'),('choice.why.travel','zh_CN','出差'),
 ('param.loan.write_off.sure','en','Sure?'),('param.loan.write_off.sure','zh_CN','确定？'),
 ('error.loan_not_sure','en','say sure=yes'),('error.loan_not_sure','zh_CN','请写 sure=yes'),('error.loan_insured','en','{number} is insured: claim first'),('error.loan_insured','zh_CN','{number} 已投保：请先理赔');
select desk.kind_install('loan');
