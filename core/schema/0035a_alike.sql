-- Tickets beside one that came in: those that may be the same, and open ones under which many alike hang. Candidates are few and found by index: the latest
-- of the requester, the newest open ones, and those that share its rarest words. The best that the reader sees are told; restricted ones never.
reset role; set local role desk_api;

-- The fourteen rarest words of a ticket and what each weighs, by how often it stood in tickets that were learnt.
create function desk.alike_words(p_kind text, p_words text[]) returns table(word text, weight float8, n int) language sql stable rows 14
  set search_path = pg_catalog, pg_temp as $$
  with k as materialized (select w.w, desk.propose_key(p_kind, 'word', w.w) as key from unnest(p_words) w(w)),
       c as materialized (select c.key, c.total from desk.propose_count c where c.run = 0 and c.key in (select hashint8extended(k.key, 1) from k))
  select k.w, ln((greatest(n.total, 0) + 2.0) / (coalesce(c.total, 0) + 1.0))::float8, coalesce(c.total, 0)
    from k left join c on c.key = hashint8extended(k.key, 1)
    cross join (select coalesce(max(x.total), 0) as total from desk.propose_count x where x.run = 0 and x.key = hashint8extended(desk.propose_key(p_kind, '', ''), 1)) n
   order by 2 desc, 1 limit 14 $$;

-- {duplicates, parents} of a ticket for this reader; why in words, and as reasons {major, children, requester, ci, service, words} for who says it in another language.
create function desk.propose_alike(t desk.ticket, p_words text[], p_me int, p_now timestamptz) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare v_words text[]; v_weights float8[]; v_rare text[]; v_all float8; c record; v_same jsonb := '[]'; v_over jsonb := '[]'; v_hours interval := interval '14 days';
begin
  select array_agg(w.word order by w.weight desc, w.word), array_agg(w.weight order by w.weight desc, w.word), sum(w.weight), (array_agg(w.word order by w.weight desc, w.word) filter (where w.n <= 200))[1:5]
    into v_words, v_weights, v_all, v_rare from desk.alike_words(t.kind, p_words) w;
  for c in
    with near as materialized (
      select u.id, bool_or(u.over) as over, max(u.hang) as hang from (
        (select x.id, false as over, 0 as hang from desk.ticket x where x.requester_id = t.requester_id and x.requester_id <> 0 order by x.id desc limit 30)
        union all (select x.id, false, 0 from desk.ticket x where x.phase < 3 order by x.id desc limit 60)
        union all (select x.id, false, 0 from desk.ticket_text x where v_rare is not null and x.tsv @@ array_to_string(array(select '''' || replace(replace(r, '\', '\\'), '''', '''''') || '''' from unnest(v_rare) r), ' | ')::tsquery limit 100)
        union all (select x.id, true, 0 from desk.ticket x where x.major is not null and x.phase < 3 and x.major in ('candidate', 'accepted') order by x.id desc limit 50)
        union all (select x.parent_id, true, count(*)::int from (select y.parent_id from desk.ticket y where y.parent_id is not null and y.phase < 3 and not y.restricted limit 2000) x group by x.parent_id order by count(*) desc limit 50)) u(id, over, hang)
       where u.id <> t.id and u.id is distinct from t.parent_id group by u.id),
    f as (
      select o.id, o.number, o.subject, o.state, o.opened_at, o.phase, o.major, n.over, n.hang, o.requester_id = t.requester_id and t.requester_id <> 0 as req, o.ci_id = t.ci_id as ci, o.service_id = t.service_id as service,
             o.category_id = t.category_id as category, o.org_id = t.org_id as org, m.words, coalesce(m.weight / nullif(v_all, 0), 0) as alike, least(abs(extract(epoch from o.opened_at - t.opened_at)) / 3600, 10000)::float8 as hours -- more is as good as never, and too much for exp
        from near n join desk.ticket o on o.id = n.id left join desk.ticket_text x on x.id = n.id
        cross join lateral (select tsvector_to_array(x.tsv) as words offset 0) l cross join lateral (select array_agg(w.word order by w.n) as words, sum(w.weight) as weight from unnest(v_words, v_weights) with ordinality w(word, weight, n) where w.word = any (l.words)) m
       where not o.restricted and o.state <> 'cancelled' and (o.phase < 3 or coalesce(o.closed_at, o.resolved_at, o.updated_at) > p_now - v_hours)),
    s as (
      select f.*, (0.6 * f.alike + 0.2 * f.req::int + 0.15 * coalesce(f.ci, false)::int + 0.05 * f.org::int) * exp(-f.hours / (24 * 14)) as same,
             case when f.over and f.phase < 3 then (0.5 * f.alike + 0.3 * coalesce(f.ci, false)::int + 0.25 * coalesce(f.service, false)::int + 0.1 * coalesce(f.category, false)::int + least(f.hang, 10) * 0.01) * exp(-f.hours / (24 * 3)) else 0 end as above
        from f)
    select s.*, array_remove(array[case when s.major = 'accepted' then 'major incident' end, case when s.hang > 0 then format('%s under it', s.hang) end, case when s.req then 'same requester' end, case when s.ci then 'same device' end, case when s.service then 'same service' end,
             case when s.words is not null then 'words: ' || array_to_string(s.words[1:3], ', ') end], null) as why,
        jsonb_strip_nulls(jsonb_build_object('major', case when s.major = 'accepted' then true end, 'children', nullif(s.hang, 0), 'requester', nullif(s.req, false), 'ci', nullif(s.ci, false), 'service', nullif(s.service, false), 'words', to_jsonb(s.words[1:3]))) as reasons
      from s where s.same >= 0.35 or s.above >= 0.2 order by greatest(s.same, s.above) desc, s.id desc limit 40
  loop
    exit when jsonb_array_length(v_same) >= 5 and jsonb_array_length(v_over) >= 3;
    continue when not desk.can_see(c.id, p_me);
    if c.above >= 0.2 and jsonb_array_length(v_over) < 3 then
      v_over := v_over || jsonb_build_object('id', c.id, 'number', c.number, 'subject', c.subject, 'state', c.state, 'score', round(least(c.above, 0.99)::numeric, 3), 'why', array_to_string(c.why, '; '), 'reasons', c.reasons, 'opened_at', desk.iso(c.opened_at), 'children', c.hang);
    elsif c.same >= 0.35 and jsonb_array_length(v_same) < 5 then
      v_same := v_same || jsonb_build_object('id', c.id, 'number', c.number, 'subject', c.subject, 'state', c.state, 'score', round(least(c.same, 0.99)::numeric, 3), 'why', array_to_string(c.why, '; '), 'reasons', c.reasons, 'opened_at', desk.iso(c.opened_at));
    end if;
  end loop;
  return jsonb_build_object('duplicates', v_same, 'parents', v_over);
end $$;
revoke execute on function desk.alike_words(text, text[]), desk.propose_alike(desk.ticket, text[], int, timestamptz) from public;
