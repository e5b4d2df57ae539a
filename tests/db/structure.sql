-- How the schema is built: search paths, owners, grants, row-level security. Holds for every file, later ones too.
\ir people.inc
select no_plan();
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace
  and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp'] and (p.prosecdef or exists (
    select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee not in ('desk_api'::regrole, p.proowner))) $$,
  'every function pins its search path but those that only the rulebook calls');
select is_empty($$ select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where p.pronamespace = 'desk'::regnamespace and a.grantee = 0 $$, 'no function is for everybody');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef
  and p.proowner not in ('desk_api'::regrole, 'desk_provision'::regrole) and p.proname <> 'make_partitions' $$, 'no definer function belongs to the owner of the tables');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('v', 'm')
  and not coalesce(c.reloptions, '{}') @> array['security_invoker=true'] $$, 'every view asks as its reader');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity $$,
  'row-level security on every table and partition');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relforcerowsecurity $$, 'forced on none');
select is_empty($$ select c.oid::regclass, a.grantee::regrole from pg_class c, aclexplode(c.relacl) a
  where c.relispartition and c.relnamespace = 'desk'::regnamespace and a.grantee <> c.relowner $$, 'partitions have no grants');
select is_empty($$ select c.oid::regclass from pg_class c join pg_policy p on p.polrelid = c.oid where c.relispartition and c.relnamespace = 'desk'::regnamespace $$, 'and no policies');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p')
  and c.relowner <> 'desk_owner'::regrole $$, 'every table belongs to desk_owner');
select is_empty($$ select r.rolname from pg_roles r where r.rolname ~ '^desk_' and (r.rolsuper or r.rolbypassrls or r.rolcanlogin or r.rolreplication
  or (r.rolcreaterole and r.rolname <> 'desk_provision')) $$, 'the roles of the desk have no powers of the cluster');
select is_empty($$ select m.roleid::regrole, m.member::regrole from pg_auth_members m where m.roleid in ('desk_owner'::regrole, 'desk_api'::regrole, 'desk_provision'::regrole)
  and m.member::regrole::text ~ '^(t_|desk_)' $$, 'nobody is a member of those who own things');
select is_empty($$ select c.oid::regclass, a.privilege_type from pg_class c, aclexplode(c.relacl) a
  where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p', 'v') and a.privilege_type <> 'SELECT'
    and a.grantee not in ('desk_owner'::regrole, 'desk_api'::regrole, 'desk_provision'::regrole) and c.relowner <> a.grantee and c.relname !~ '^(my_|group_view$)' $$, 'people may write only what is theirs, and the views of groups they lead');
select is_empty($$ select c.oid::regclass, a.privilege_type from pg_class c, aclexplode(c.relacl) a where c.relname in ('event', 'seal', 'access_log')
  and c.relnamespace = 'desk'::regnamespace and a.grantee = 'desk_api'::regrole and a.privilege_type not in ('SELECT', 'INSERT') $$, 'the journal is append only for the rulebook too');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege('desk_person', p.oid, 'execute')
  and p.proname ~ '^(act_as|act_locked|undo_(act|apply|event|unit|locked|lock|set)|act_by|create_as|create_resolved|journal_append|store_act|cascade|typed_write|text_write|write_|effect_|guard_|run_|log_denied|replay|kind_install|kind_generate|dispatch|seal|epoch|tick_|make_|feed_note|who$|can_see)' $$,
  'the inner functions of the rulebook are not for people');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege('desk_person', p.oid, 'execute')
  and p.provolatile = 'v' and not p.prosecdef and p.prolang <> (select oid from pg_language where lanname = 'sql') $$, 'what people call and changes something runs as its owner');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef
  and not coalesce(p.proconfig, '{}') @> array['standard_conforming_strings=on'] and p.proname !~ '^(now|me|has_role|my_role|me_own|met|i_am_staff|my_access|scope_.*|feed_.*)$' $$,
  'nobody changes how a body is read');
-- What people may call, and why. A function that is new here must be looked at: it runs as its owner, with arguments of anybody.
create table tap.callable(role name, why text, names text[]);
insert into tap.callable values
  ('desk_person', 'who am I, and what do policies ask', '{me,me_own,met,i_am_staff,my_role,my_access,has_role,scope_all,scope_orgs,scope_groups,scope_pairs,feed_all,feed_orgs,led_groups,my_groups,matches,now,iso}'),
  ('desk_person', 'the only way to write', '{create,act,act_many,act_preview,undo,blob_put}'),
  ('desk_person', 'rows of reports: these ask as their caller', '{report_period,report_word,report_glance,report_by,report_pareto,report_services,report_availability,report_outages,report_breached,report_breaches,report_breach_causes,report_oldest,report_ages,report_majors,report_actions,report_scores}'),
  ('desk_person', 'whose report: an organisation by its name, for those who see its tickets; whether a contract names a service', '{report_customer,report_contracted}'),
  ('desk_person', 'outages of the services one may see; recording them and what is agreed for services is judged inside', '{availability,availability_get,availability_day,measured_since,outage_add,outage_act,outage_list,outage_find,outage_show,service_set,service_depend,service_list,service_named,service_page}'),
  ('desk_person', 'one''s own inbox and reminders; the marks are of the caller alone', '{inbox,inbox_count,inbox_mark,follow_up,find_mention}'),
  ('desk_person', 'the count of one''s own inbox again, if what has changed concerns one', '{inbox_recount}'),
  ('desk_person', 'the wallboard asks as its reader; the two that run as their owner look at what the caller may see', '{wall,wall_live,wall_slow,wall_clocks,wall_services}'),
  ('desk_person', 'who is at a console now: one''s own is renewed, those of others only where the ticket is seen', '{presence,present,present_on}'),
  ('desk_person', 'what others did to a ticket one sees since a version of it; requesters are told public words only', '{look}'),
  ('desk_person', 'what a ticket one may see is likely to be: staff only, others are told nothing', '{propose,propose_many}'),
  ('desk_person', 'similar incidents among those one sees: staff only, others are told nothing', '{hints,hint_set}'),
  ('desk_person', 'the line of what is to be triaged, as one sees it oneself; the texts to a requester: staff only', '{triage_page,triage_ticket,triage_text}'),
  ('desk_person', 'how long a clock ran: arithmetic on what it is given', '{clock_elapsed,clock_paused}'),
  ('desk_person', 'organisations, groups, categories: staff list them, nobody else gets an answer', '{record_list}'),
  ('desk_person', 'skills, rotas, swaps, absences: staff read them (the reason of an absence its person and leads), leads and administrators write, oneself one''s absences', '{on_duty,rota_save,rota_drop,rota_list,rota_swap_add,rota_swap_end,rota_week,rota_history,absence_add,absence_end,absence_list,skill_set,skill_list}'),
  ('desk_person', 'assignment rules: staff read and try them on tickets they see, leads and administrators write', '{assign_rule_save,assign_rule_enable,assign_rule_order,assign_rule_drop,assign_rule_list,rota_page,assign_simulate,assign_explain,find_assignee}'),
  ('desk_person', 'policies of articles ask who one is to them', '{my_kb_sight,article_judge,article_staffed}'),
  ('desk_person', 'what helps with a fault, of what one sees; counted for those who see the ticket', '{match,match_ticket,match_open,match_use,knowledge_effect}'),
  ('desk_person', 'articles one may see; writing is judged inside', '{kb_list,kb_show,kb_history,kb_save,kb_state,kb_approval,kb_check,kb_feedback,kb_feedback_answer,kb_feedback_list,kb_attach,kb_detach,kb_file_get,kb_import,kb_import_gone,kb_quote}'),
  ('desk_person', 'agreements: writing is for process owners and administrators, reading for staff, others are refused or told nothing', '{sla_policy_add,sla_policy_list}'),
  ('desk_person', 'why a clock of a ticket one may see stands where it stands; a restricted one leaves its mark in the access log', '{sla_explain}'),
  ('desk_person', 'clocks anew: others than process owners and administrators are refused', '{sla_reclock_begin,sla_reclock_part,sla_reclock_end}'),
  ('desk_person', 'events as the reader may see them, ticket by ticket, for programs that watch', '{events_at,events_since}'),
  ('desk_person', 'members of a group ask what to hand over; others are refused', '{handover_begin,handover_last}'),
  ('desk_person', 'reading what one may see', '{undo_list,show,open_restricted,clock_marks,blob_get,ticket_id,search,search_page,find,find_page,caller_card,feed,feed_cursor}'),
  ('desk_person', 'major incidents as far as one sees their tickets; their rules, which process owners and administrators change', '{war_room,major_list,major_rule_set}'),
  ('desk_person', 'what the desk is made of', '{whoami,meta,kind_list,kind_json,find_person,find_member,find_group,find_category,find_service,find_ci}'),
  ('desk_person', 'texts to fill in, of oneself and one''s groups; which of the own operations were done', '{macros,macro_groups,macro_save,macro_delete,ops_done}'),
  ('desk_person', 'figures of what one may see: these ask as their caller', '{zone,parse_time,period,period_word,metric_get,metric_json,metric_where,metric_bys,metric_key,metric_label,metric_bucket,metric_buckets,metric_backlog,metric_backlog_age,metric_stale,metric_at_risk,metric_breached_open,metric_clock_level,query_quote,metric_word,metric_tickets,metric_filter_query,metric_key_query,pareto_bys,pareto_count,pareto_label,pareto,metric_dims,metric_apart,metric_batches,metric_live,metric_rolled,backlog_trend,event_voided,match_category}'),
  ('desk_person', 'pages of figures: these ask as their caller', '{metric_figures,period_json,period_text,dash_clocks,dash_shares,dash_trend,dash,analysis}'),
  ('desk_person', 'which configuration items policies show: the organisations one serves', '{ci_all,ci_orgs}'),
  ('desk_person', 'configuration items: staff read those of the organisations they serve, agents write them; classes, links and rules are declared by process owners and administrators; others are refused or told nothing', '{ci_set,ci_release,ci_link_set,ci_class_set,ci_attr_set,ci_link_type_set,ci_rank_set,ci_class_list,ci_class_show,ci_type_list,ci_show,ci_diff,ci_diff_all,ci_baseline_set,ci_baseline_list,ci_list,ci_duplicates,ci_rule_set,ci_audit,ci_unplanned,ci_unplanned_set}'),
  ('desk_person', 'time passes whoever looks; only a desk with a clock of its own can be moved', '{tick,wants_tick,sum_figures,learn,hint_step,find_learn,ci_watch,risk_step,clock_advance}'),
  ('desk_person', 'models are trained by those who see all tickets, others are refused; how sure they are is told to staff, of a ticket to who sees it', '{predict_due,predict_begin,predict_rows,predict_weights,predict_store,predict_saw,predict_finish,predict_sweep,predict_sweep_tickets,predict_list,predict_explain,risk,predict_came,wall_predicted}'),
  ('desk_person', 'the CMDB of the console: list, page, neighbours, impact and picker of what one sees; changes through ci_set and ci_link_set', '{ci_pane_list,ci_pane_page,ci_pane_near,ci_pane_impact,ci_pane_reach,ci_pane_set,ci_pick}'),
  ('desk_person', 'what suffers when an item fails, what it needs: of what one sees', '{ci_impact,ci_impact_count,ci_impact_of,ci_reach}'),
  ('desk_person', 'imports of an estate: asked for by whoever, done for process owners and administrators', '{ci_import_begin,ci_import_declare,ci_import_items,ci_import_seen,ci_import_links,ci_import_end}'),
  ('desk_person', 'time of calendars: arithmetic that tells nothing of tickets; staff read what calendars say, and the desk refuses writers that may not', '{calendar_current,bt_pos,bt_between,bt_add,calendar_save,calendar_hours,calendar_scratch,calendar_scratch_cover,calendar_calc,open_spans}'),
  ('desk_agent', 'policies of who sees everything ask it; trials of proposals refuse others', '{restricted_ids,trial_begin,trial_end,trial_places,trial_prepare,trial_report,trial_step}'), ('desk_lead', 'the same', '{restricted_ids,trial_begin,trial_end,trial_places,trial_prepare,trial_report,trial_step}'), ('desk_process_owner', 'the same', '{restricted_ids,trial_begin,trial_end,trial_places,trial_prepare,trial_report,trial_step}'), ('desk_auditor', 'the same', '{restricted_ids,trial_begin,trial_end,trial_places,trial_prepare,trial_report,trial_step}'),
  ('desk_auditor', 'the proof, and who may what', '{audit_roots,audit_verify,user_report}'),
  ('desk_admin', 'people, imports, the proof', '{user_add,user_disable,user_role,user_list,user_report,person_erase,org_add,group_add,group_member_set,category_add,record_retire,import_begin,import_fields,import_known,import_history,import_end,audit_roots,audit_verify}');
select is((select string_agg(p.proname::text, ' ' order by p.proname) from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege(r, p.oid, 'execute')),
  (select string_agg(n, ' ' order by n) from (select distinct unnest(c.names) n from tap.callable c where c.role in (r, 'desk_person')) c), r || ' may call these and no other')
  from unnest(array['desk_person', 'desk_requester', 'desk_agent', 'desk_lead', 'desk_process_owner', 'desk_worker', 'desk_auditor', 'desk_admin']) r;
select is((select string_agg(c.relname::text, ' ' order by c.relname) from pg_class c where c.relnamespace = 'desk'::regnamespace 
  and case when c.relkind = 'S' then has_sequence_privilege('desk_person', c.oid, 'usage,select,update') end), null, 'no sequence is for people');
select is_empty($$ select r, p.oid::regprocedure from pg_proc p, unnest(array['desk_requester', 'desk_agent', 'desk_lead', 'desk_process_owner', 'desk_worker', 'desk_auditor', 'desk_admin']) r
  where p.proname in ('lo_creat', 'lo_create', 'lo_from_bytea') and has_function_privilege(r, p.oid, 'execute') $$, 'nor is a place for large objects');
select is_empty($$ select r from unnest(array['desk_person', 'desk_requester', 'desk_agent', 'desk_lead', 'desk_process_owner', 'desk_worker', 'desk_auditor', 'desk_admin']) r
  where has_database_privilege(r, current_database(), 'create,temp') or exists (select from pg_namespace n where has_schema_privilege(r, n.oid, 'create')) $$, 'nor any place to create in');
-- the two judges agree: policies for SELECT, desk.can_see inside the rulebook
select is_empty($$ select c.relname from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'api') and c.relname <> 'schema_migration' $$, 'the rulebook reads and writes every table');
select * from finish();
