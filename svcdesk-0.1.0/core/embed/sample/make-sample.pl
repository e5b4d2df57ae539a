#!/usr/bin/perl
# Makes sample.txt from the incident log, the ticket texts and the files beside it. Run once; its result is committed packed:
#   perl make-sample.pl incident_event_log.csv tickets.csv | xz -9e > sample.txt.xz
# README names the sources. The same inputs give the same bytes.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use Time::Local;
use FindBin;

my ($log_file, $text_file) = @ARGV;
die "usage: make-sample.pl incident_event_log.csv tickets.csv\n" unless $text_file;
srand(2016);

# The desk of the sample stands at a moment of this week: the loader picks the one with the weekday and hour of "now",
# and leaves out what comes after it.
my $w0 = timegm(0, 0, 0, 2, 4, 2016);
my $w1 = $w0 + 7 * 86400;
my ($n_live, $n_done) = (840, 2260);

sub fnv { my $h = 2166136261; for (unpack 'C*', $_[0]) { $h = (($h ^ $_) * 16777619) & 0xffffffff } return $h ^ ($h >> 15) }
sub pick { my ($list, $key) = @_; return $list->[fnv($key) % @$list] }
sub j { my $s = shift; return 'null' unless defined $s; $s =~ s/([\\"])/\\$1/g; $s =~ s/\n/\\n/g; return "\"$s\"" }
sub when { my $s = shift; $s =~ m{^(\d+)/(\d+)/(\d+) (\d+):(\d+)$} or return; return timegm(0, $5, $4, $1, $2 - 1, $3) }
sub val { my $s = shift; $s =~ s/ +/ /g; return $s eq '?' || $s eq '' ? undef : $s }
sub words { my ($file, $n) = @_; my @r; open my $f, '<', "$FindBin::Bin/$file" or die "$file: $!"; while (<$f>) { chomp; push @r, [split /\t/, $_, $n] unless /^#/ } return @r }

# ---- people, groups, places ----
my %name = map { $_->[0] => [split ' ', $_->[1]] } words('names.tsv', 2);
my %taken;
sub person_en { my $k = shift; for (0 .. 99) { my $n = pick($name{first}, "f$k.$_") . ' ' . pick($name{last}, "l$_.$k"); return $n unless $taken{$n}++ } die }
sub person_zh { my $k = shift; for (0 .. 99) { my $n = pick($name{zhlast}, "a$k.$_") . pick($name{zhfirst}, "b$_.$k"); return $n unless $taken{$n}++ } die }
my @orgs = ('Harbour Logistics', 'Meridian Foods', '华东精密制造');
my @domain = ('harbour.example', 'meridian.example', 'hdjm.example');
my @place = (['Rotterdam, floor 1', 'Rotterdam, floor 2', 'Rotterdam, terminal office', 'Antwerp, warehouse', 'Hamburg, floor 4'],
	['Leeds, floor 1', 'Leeds, floor 3', 'Leeds, bakery', 'Porto, floor 2', 'Cluj, floor 5'], ['上海 3 楼', '上海 5 楼', '苏州 A 栋', '苏州 B 栋二层', '昆山仓库']);
my @group = ('Service desk', 'Desktop support', 'Network', 'Server and storage', 'Identity and access', 'Mail and calendar', 'ERP applications',
	'HR applications', 'CRM applications', 'Databases', 'Telephony and meetings', 'Field services north', 'Field services south', 'Collaboration tools',
	'Information security', 'Printing', 'Procurement', 'Cloud platform', 'Application operations', 'Warehouse systems', '上海服务台', '苏州现场支持');
my ($SH, $SZ) = (20, 21);
my %busy = ('Group 70' => 0, 'Group 25' => 1, 'Group 24' => 5, 'Group 20' => 6, 'Group 39' => 2, 'Group 23' => 4, 'Group 27' => 3, 'Group 28' => 7, 'Group 73' => 11,
	'Group 64' => 12, 'Group 55' => 8, 'Group 65' => 10, 'Group 72' => 13, 'Group 54' => 9, 'Group 66' => 15, 'Group 10' => 16, 'Group 57' => 17, 'Group 29' => 18,
	'Group 6' => 14, 'Group 9' => 19);
# login => person; everybody else has a name only
my %known = (agent => 'Maya Lindqvist', lead => 'Thomas Ferrand', owner => 'Ingrid Solheim', auditor => 'Oliver Marchetti', requester => 'Emma Novotny', admin => 'Priya Raman');
$taken{$_} = 1 for values %known;
my (@member, @agents);
for my $g (0 .. $#group) {
	my $n = $g == 0 ? 7 : $g == 1 || $g == 5 ? 5 : 4;
	my @m = map { $g >= $SH ? person_zh("agent$g.$_") : person_en("agent$g.$_") } 1 .. $n;
	unshift @m, ($known{agent}) x ($g == 5 ? 1 : 2) if $g == 0 || $g == 1 || $g == 5; # twice: a full queue
	push @m, $member[$g - 1][1] if $g > 2 && $g % 3 == 0 && $g < $SH;
	$member[$g] = \@m;
	for my $m (@m) { push @agents, $m unless grep { $_ eq $m } @agents }
}
my @people_en = map { person_en("caller$_") } 1 .. 640;
my @people_zh = map { person_zh("caller$_") } 1 .. 78;

# ---- texts ----
my %talk;
push @{$talk{$_->[0]}{$_->[1]}}, $_->[2] for words('talk.tsv', 3);
my @zh = words('zh.tsv', 3);
my @rule = ( # first match decides; what no rule knows goes by the topic of the source
	[qr/\b(vpn|remote access)\b/, 'Network / VPN', 'Remote access'], [qr/\b(wifi|wi fi|wireless)\b/, 'Network / Wi-Fi', 'Wi-Fi and LAN'],
	[qr/\b(firewall|port open|ports)\b/, 'Network / Firewall rule', 'Wi-Fi and LAN'], [qr/\b(password|passwords|locked|expire|expires|expiring)\b/, 'Access / Account and password', 'Identity and access'],
	[qr/\b(printer|printers|printing|toner|scanner)\b/, 'Hardware / Printer', 'Printing'], [qr/\b(monitor|monitors|docking|display)\b/, 'Hardware / Monitor', 'Workplace'],
	[qr/\b(mobile phone|phone|phones|sim|roaming)\b/, 'Hardware / Mobile phone', 'Telephony'], [qr/\b(card|cards|badge)\b/, 'Hardware / Badge', 'Workplace'],
	[qr/\b(shared mailbox)\b/, 'Access / Shared mailbox', 'E-mail and calendar'], [qr/\b(distribution list|distribution|members)\b/, 'E-mail and calendar / Distribution list', 'E-mail and calendar'],
	[qr/\b(meeting room|conference room|room)\b/, 'E-mail and calendar / Meeting room', 'E-mail and calendar'], [qr/\b(archive|archived)\b/, 'E-mail and calendar / Archive', 'E-mail and calendar'],
	[qr/\b(mailbox|outlook|mails?|emails?)\b/, 'E-mail and calendar / Mailbox', 'E-mail and calendar'], [qr/\b(conference|headset|headphones|microphone|audio|video)\b/, 'Telephony and meetings / Video meeting', 'Video meetings'],
	[qr/\b(new starter|starter|starters)\b/, 'Onboarding / New starter', 'HR and payroll'], [qr/\b(leaver|leavers|left the)\b/, 'Onboarding / Leaver', 'HR and payroll'],
	[qr/\b(relocation|relocated|move desk|moving)\b/, 'Onboarding / Move', 'Workplace'], [qr/\b(licen[cs]es?|activation)\b/, 'Software / Licence', 'Workplace'],
	[qr/\b(install|installed|installation)\b/, 'Software / Installation', 'Workplace'], [qr/\b(update|upgrade|upgraded)\b/, 'Software / Update', 'Workplace'],
	[qr/\b(confluence|wiki|jira)\b/, 'Access / Application access', 'Intranet and wiki'], [qr/\b(timecard|timecards|timesheet|time entries|pas|project code|codes?)\b/, 'Business applications / Timesheets', 'Timesheets and projects'],
	[qr/\b(oracle|ledger|receipts?)\b/, 'Business applications / ERP', 'ERP'], [qr/\b(leave|absence|payroll|payslip)\b/, 'Business applications / HR system', 'HR and payroll'],
	[qr/\b(reports?)\b/, 'Business applications / Finance reports', 'ERP'], [qr/\b(restore|recover|backup)\b/, 'Storage / Restore', 'File storage'],
	[qr/\b(folder|share|drive)\b/, 'Storage / File share', 'File storage'], [qr/\b(database|db|sql)\b/, 'Storage / Database', 'Build and test'],
	[qr/\b(laptop|notebook|battery|keyboard)\b/, 'Hardware / Laptop', 'Workplace'], [qr/\b(server|servers|vm|vms)\b/, 'Hardware / Server', 'Build and test'],
	[qr/\b(mouse|cable|adapter|webcam)\b/, 'Hardware / Peripherals', 'Workplace'], [qr/\b(access|rights)\b/, 'Access / Application access', 'Identity and access']);
my %topic = (Hardware => ['Hardware / Laptop', 'Workplace'], 'HR Support' => ['Business applications / HR system', 'HR and payroll'], Access => ['Access / Application access', 'Identity and access'],
	Miscellaneous => ['Other / Question', 'Workplace'], Storage => ['Storage / File share', 'File storage'], Purchase => ['Purchase / New equipment', 'Workplace'],
	'Internal Project' => ['Business applications / Timesheets', 'Timesheets and projects'], 'Administrative rights' => ['Access / Admin rights', 'Identity and access']);
my %service_zh = (Hardware => 'Workplace', Network => 'Wi-Fi and LAN', Access => 'Identity and access', Software => 'Workplace', 'Business applications' => 'ERP',
	'E-mail and calendar' => 'E-mail and calendar', Storage => 'File storage', Purchase => 'Workplace', Onboarding => 'HR and payroll', 'Telephony and meetings' => 'Telephony', Other => 'Workplace');
my $date = qr/(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december|sent|pm|am|original|importance/;

# Subject and body of one text of the set, or nothing when it will not read well.
sub shape {
	my $t = shift;
	return if length $t < 70 || length $t > 430 || $t =~ /\b(?:va|si|la|pentru|sau|cum|este|merci|pe|de|ca|cu|ma|nu|sunt|xx+)\b/;
	return if $t =~ /(\b\w+\b)(?: \1){2}/;
	my @w = split ' ', $t;
	shift @w while @w && $w[0] =~ /^(?:re|fw|fwd)$/;
	my @s;
	while (@w && @s < 8 && $w[0] !~ /^(?:$date|hi|hello|dear|please|good|re|hey)$/) { push @s, shift @w }
	shift @s while @s && $s[0] =~ /^(?:for|to|of|on|in|with|from|the|a|and|by|is|be|at|or|$date)$/;
	for my $k (1 .. $#s) { if ($s[$k] eq $s[0] && (!defined $s[$k + 1] || $s[$k + 1] eq $s[1])) { splice @s, $k; last } } # the publisher's texts repeat their subject
	pop @s while @s && $s[-1] =~ /^(?:for|to|of|on|in|with|from|the|a|and|by|not|is|be|at|or|your|my)$/;
	return if @s < 2 || length "@s" < 12;
	shift @w while @w && $w[0] =~ /^(?:$date|re|fw|for|to|from)$/;
	my $body = join ' ', @w;
	return if length $body < 45;
	$body =~ s/ ?\b(hello|hi|dear)\b(?=.*)/\n\n$1/ if $body !~ /^(?:hello|hi|dear)\b/;
	$body =~ s/ (thanks|thank you|thank|best regards|kind regards|regards)\b((?:(?!please|can|could).){0,60})$/\n\n$1$2/;
	$body =~ s/^((?:hello|hi|dear)\b(?: all| team| guys| everyone)?) /$1,\n/m;
	$body =~ s/^\s+//;
	$body =~ s/^(?:\S+ ){0,7}\S+\n\n(?=(?:hello|hi|dear)\b)//; # what is left of the repeated subject
	return (ucfirst "@s", $body);
}
# How much a text reads like sentences: the publisher took out names, digits and marks, from some texts nearly everything.
sub readable {
	my @w = split ' ', shift;
	my (%n, $small, $dates); $n{$_}++, $small += /^(?:the|to|is|are|i|we|have|has|not|can|could|you|my|it|in|on|for|and|this|that|be|am|was|with|when|from|but|or|if|our|your|how|what|an|a|of)$/ ? 1 : 0, $dates += /^$date$/ ? 1 : 0 for @w;
	return ($small - 2 * $dates) / @w + 0.5 * (keys %n) / @w;
}
my (@text, %subject);
open my $tf, '<', $text_file or die "$text_file: $!";
while (<$tf>) {
	chomp;
	my ($id, $t, $topic) = split /,/;
	my ($s, $b) = defined $topic ? shape($t) : ();
	next if !defined $s || $subject{lc $s}++ > 1;
	my ($cat, $service) = @{$topic{$topic} || next};
	for my $r (@rule) { if ($t =~ $r->[0]) { ($cat, $service) = @$r[1, 2]; last } }
	push @text, [$s, $b, $cat, $service, readable($b)];
}
@text = (sort { $b->[4] <=> $a->[4] || $a->[0] cmp $b->[0] } @text)[0 .. 4499];
for (my $i = @text; --$i;) { my $k = int rand($i + 1); @text[$i, $k] = @text[$k, $i] }

# ---- incidents: which, and what of them ----
my (%rec, @order);
open my $lf, '<', $log_file or die "$log_file: $!";
my @col = do { my $h = <$lf>; chomp $h; split /,/, $h };
while (<$lf>) {
	chomp;
	my %r; @r{@col} = split /,/, $_, -1;
	my $at = when($r{sys_updated_at}) or next;
	next if $at >= $w1;
	push @order, $r{number} unless $rec{$r{number}};
	push @{$rec{$r{number}}}, {%r, at => $at};
}
my %done = (Resolved => 1, Closed => 1);
my (@live, @past);
for my $n (@order) {
	my @r = @{$rec{$n}} = sort { $a->{at} <=> $b->{at} || $a->{sys_mod_count} <=> $b->{sys_mod_count} } @{$rec{$n}};
	my ($before) = reverse grep { $_->{at} < $w0 } @r;
	my $live = !$before || !$done{$before->{incident_state}};
	my (%s, %g); $s{$_->{incident_state}}++, $g{$_->{assignment_group}}++ for @r;
	my $weight = 1 + (keys %s) + 2 * ((keys %g) - 1) + ($r[-1]{priority} !~ /^3/ ? 6 : 0) + ($r[-1]{reopen_count} > 0 ? 5 : 0);
	$weight *= 0.3 if @r > 18;
	push @{$live ? \@live : \@past}, [$n, rand() ** (1 / $weight)];
}
my @chosen = ((sort { $b->[1] <=> $a->[1] } @live)[0 .. $n_live - 1], (sort { $b->[1] <=> $a->[1] } @past)[0 .. $n_done - 1]);
@chosen = sort { $rec{$a}[0]{at} <=> $rec{$b}[0]{at} || $a cmp $b } map { $_->[0] } @chosen;

# ---- devices ----
my (@device, %device_of, %org_of, %place_of);
sub org_of { my $p = shift; return $org_of{$p} //= $p =~ /\p{Han}/ ? 2 : fnv("org$p") % 2 }
sub place_of { my $p = shift; return $place_of{$p} //= pick($place[org_of($p)], "place$p") }
for my $i (0 .. 129) {
	my $p = $i % 10 == 0 ? $people_zh[$i / 2] : $people_en[$i * 4];
	my ($class, $prefix) = $i % 9 == 4 ? ('phone', 'PH') : $i % 9 == 7 ? ('monitor', 'MO') : ('laptop', 'NB');
	my $d = sprintf '%s-%05d', $prefix, 10233 + $i * 37;
	push @device, {name => $d, class => $class, owner => $p, org => org_of($p), place => place_of($p), service => $class eq 'phone' ? 'Telephony' : 'Workplace'};
	$device_of{$p} //= $d;
}
my @printers;
for my $o (0 .. 2) { for my $k (0 .. 4) { my $d = sprintf 'PR-%03d', 100 * ($o + 1) + $k; push @printers, $d; push @device, {name => $d, class => 'printer', owner => undef, org => $o, place => $place[$o][$k], service => 'Printing'} } }
push @device, map { {name => "SRV-" . uc($_), class => 'server', owner => undef, org => 0, place => 'Rotterdam, data room', service => 'File storage'} } qw(file1 file2 mail1 erp1 erp2 test1);

# ---- one incident ----
my %code = ('code 6' => 'fixed', 'code 7' => 'workaround', 'code 9' => 'user_education', 'code 8' => 'no_fault_found', 'code 5' => 'fixed', 'code 1' => 'by_change',
	'code 2' => 'known_error', 'code 3' => 'by_problem', 'code 4' => 'auto_healed', 'code 10' => 'fixed', 'code 11' => 'no_fault_found');
my %state = (New => ['new'], Active => ['in_progress'], 'Awaiting User Info' => ['on_hold', 'requester'], 'Awaiting Vendor' => ['on_hold', 'supplier'], 'Awaiting Problem' => ['on_hold', 'problem'],
	'Awaiting Evidence' => ['on_hold', 'requester'], Resolved => ['resolved'], Closed => ['closed']);
my @matrix = ([1, 2, 3], [2, 3, 4], [3, 4, 5]);
my (%count, %open_of);

sub group_of {
	my ($source, $n, $zh) = @_;
	my $g = defined $source ? $busy{$source} // (0, 1, 1, 2, 5, 5, 3, 4, 6, 7, 11, 12)[fnv($source) % 12] : fnv("none$n") % 10 < 7 ? 0 : return;
	return $g unless $zh;
	return $g == 0 || fnv("zh$n") % 3 == 0 ? $SH : $g == 1 || $g == 11 || $g == 12 || $g == 15 ? $SZ : $g;
}

sub zh_text {
	my ($t, $n, $requester) = @_;
	my %v = (place => place_of($requester), dev => $device_of{$requester} // sprintf('NB-%05d', 10000 + fnv("d$n") % 9000), n => 3 + fnv("n$n") % 27,
		person => pick(\@people_zh, "p$n"), day => pick(['周一', '周二', '周三', '周四', '上周五', '昨天'], "y$n"));
	my ($s, $b) = @$t[1, 2];
	$v{day} = pick(['下周一', '周四', '下周三', '下个月一号'], "y$n") if $b =~ /要去|入职|搬到|最后工作日|进场|时间为|到货时间|下午要面试/;
	$v{n} = 4000 + fnv("n$n") % 4000 if $b =~ /端口|分机|单号|尾号|后四位|0x|号项目/;
	s/\{(\w+)\}/$v{$1} \/\/ die "zh.tsv: $1"/ge for $s, $b;
	my $hello = pick(['', '', '您好，', '你好，', '各位同事好：'], "h$n");
	my $bye = pick(['', '', '谢谢！', '麻烦尽快处理，谢谢。', '辛苦了。'], "b$n");
	return ($s, $hello . ($hello eq '' ? '' : "\n") . $b . ($bye eq '' ? '' : "\n$bye"));
}

sub say_ { my ($kind, $lang, $key) = @_; return pick($talk{$kind}{$lang} // $talk{$kind}{en}, "$kind$key") }

my $line = 0;
sub incident {
	my ($n, $index) = @_;
	my @r = @{$rec{$n}};
	my $zh = fnv("lang$n") % 10 == 0;
	my $lang = $zh ? 'zh' : 'en';
	my $requester = $zh ? pick(\@people_zh, $r[0]{caller_id}) : pick(\@people_en, $r[0]{caller_id});
	my ($subject, $body, $cat, $service) = $zh ? () : @{$text[$index % @text]};
	if ($zh) {
		my $t = $zh[$count{zh}++ * 7 % @zh];
		($subject, $body) = zh_text($t, $n, $requester);
		$cat = $t->[0];
		$service = $cat =~ /VPN/ ? 'Remote access' : $cat =~ /Printer/ ? 'Printing' : $cat =~ /Video/ ? 'Video meetings' : $cat =~ /HR/ ? 'HR and payroll' : $cat =~ /CRM/ ? 'CRM' : $service_zh{(split m{ / }, $cat)[0]};
	}
	my $ci = $cat =~ /Printer/ ? (grep { $_->{class} eq 'printer' && $_->{org} == org_of($requester) } @device)[fnv("ci$n") % 5]{name} : $cat =~ /^(?:Hardware|Software|Network)/ ? $device_of{$requester} : undef;
	my (%was, @out, $reassign, $reopens); ($reassign, $reopens) = (0, 0);
	for my $i (0 .. $#r) {
		my $s = $r[$i];
		my ($st, $why) = @{$state{$s->{incident_state}} || next};
		my $g = group_of(val($s->{assignment_group}), $n, $zh);
		my $a = val($s->{assigned_to});
		undef $a if $st eq 'new' && fnv("free$n") % 10 < 5;
		$a = pick($member[$g // 0], $a . $n) if defined $a;
		$a //= pick($member[$g // 0], "work$n") if $st ne 'new';
		$st = 'assigned' if $st eq 'new' && defined $a;
		my ($im, $ur) = (substr($s->{impact}, 0, 1), substr($s->{urgency}, 0, 1));
		my %is = (state => $st, hold_reason => $why, group => defined $g ? $group[$g] : undef, assignee => $a, impact => $im, urgency => $ur, priority => $matrix[$im - 1][$ur - 1],
			resolution_code => $st =~ /^(?:resolved|closed)$/ ? $code{val($s->{closed_code}) // ''} // 'fixed' : undef, made_sla => $s->{made_sla} eq 'true' ? 1 : 0);
		my $key = "$n.$i";
		my $agent = $a // pick($member[$g // 0], "act$key");
		my ($verb, $who, $text, $public, $flag) = ('edit', $agent, undef, 1, '');
		if (!@out) {
			# a ticket can only begin as new; what its first row says besides follows a minute later
			my $from = $st;
			$verb = 'create'; $public = 2;
			my $opener = fnv("open$n") % 8 == 0 ? $requester : pick($member[$zh ? $SH : 0], val($s->{opened_by}) // $n);
			my $channel = $opener eq $requester ? 'portal' : fnv("chan$n") % 4 == 0 ? 'mail' : 'phone';
			push @out, [when($s->{opened_at}) // $s->{at}, 0, 'create', 2, $opener, $body, '', join ',', "\"subject\":" . j($subject), "\"requester\":" . j($requester), "\"channel\":\"$channel\"",
				"\"opened_by\":" . j($opener), '"category":[' . join(',', map { j($_) } split m{ / }, $cat) . ']', "\"service\":" . j($service), defined $ci ? "\"ci\":" . j($ci) : (),
				'"state":"new"', "\"group\":" . j($is{group}), "\"impact\":$im", "\"urgency\":$ur", "\"priority\":$is{priority}"];
			$out[0][0] = $s->{at} if $out[0][0] > $s->{at};
			$public = 1;
			%was = (%is, state => 'new', hold_reason => undef, assignee => undef, resolution_code => undef, made_sla => 1);
			next if $from eq 'new';
			$s = {%$s, at => $s->{at} + 60};
		}
		my %diff = map { $_ => 1 } grep { ($is{$_} // '') ne ($was{$_} // '') } keys %is;
		delete $diff{made_sla} if !$diff{state} && keys %diff == 1;
		my ($f, $t) = ($was{state}, $st);
		if ($diff{state} || $diff{hold_reason}) {
			if ($t eq 'on_hold') { $verb = 'hold'; $flag = 'h'; $public = $why eq 'requester' ? 2 : 1; $text = say_($why eq 'requester' ? 'ask' : $why, $lang, $key) }
			elsif ($t eq 'resolved' || ($t eq 'closed' && $f ne 'resolved')) { $verb = $t eq 'closed' ? 'close' : 'resolve'; $flag = $t eq 'closed' ? 'rc' : 'r'; $public = 2; $text = say_('resolve', $lang, $key) }
			elsif ($t eq 'closed') { $verb = 'close'; $flag = 'c'; $who = 'system'; $public = 2 }
			elsif ($f eq 'resolved' || $f eq 'closed') { $verb = 'reopen'; $flag = 'x'; $who = $requester; $public = 2; $text = say_('reopen', $lang, $key); $reopens++ }
			elsif ($f eq 'on_hold') { ($verb, $who, $public, $text) = fnv("re$key") % 10 < 7 && $was{hold_reason} eq 'requester' ? ('reply', $requester, 2, say_('answer', $lang, $key)) : ('resume', $agent, 1, undef) }
			elsif ($t eq 'in_progress') { $verb = $diff{assignee} ? 'take' : 'start' }
			elsif ($t eq 'assigned') { $verb = 'assign' }
			else { $verb = 'edit' }
		} elsif ($diff{group} || $diff{assignee}) {
			$verb = 'assign';
			$text = say_('assign', $lang, $key) if $diff{group} && fnv("why$key") % 3 == 0;
		} elsif (!%diff) {
			next if $f =~ /^(?:resolved|closed)$/ || fnv("note$key") % 100 >= 25;
			($verb, $text) = ('note', say_('note', $lang, $key));
		}
		$reassign++ if ($diff{group} && defined $was{group}) || ($diff{assignee} && defined $was{assignee});
		my @f = map { "\"$_\":" . (/^(?:impact|urgency|priority)$/ ? $is{$_} : $_ eq 'made_sla' ? ($is{$_} ? 'true' : 'false') : j($is{$_})) } sort keys %diff;
		push @f, "\"reassignments\":$reassign" if $diff{group} || $diff{assignee};
		push @f, "\"reopens\":$reopens" if $verb eq 'reopen';
		my $at = $s->{at};
		$at = $out[-1][0] if $at < $out[-1][0];
		push @out, [$at, scalar @out, $verb, $public, $who, $text, $flag, join ',', @f];
		%was = %is;
	}
	return unless @out;
	$open_of{$requester}++ if $was{state} !~ /resolved|closed/ && $out[0][0] < $w0; # open all that week
	$count{$requester}++;
	return {n => $n, requester => $requester, rows => \@out, zh => $zh};
}

my (@made, $i);
for my $n (@chosen) { my $m = incident($n, $i++); push @made, $m if $m }

# the person behind the login "requester": somebody with a handful of tickets, two of them open
my ($emma) = grep { ($count{$_} // 0) >= 8 && $count{$_} <= 14 && ($open_of{$_} // 0) >= 2 } @people_en;
sub known { my $s = shift; $s =~ s/\Q"$emma"/"$known{requester}"/g; return $s }

# ---- out ----
sub table { my ($name, @rows) = @_; print "J\t$name\t[", join(',', @rows), "]\n" }
sub o { my @kv = @_; my @r; while (@kv) { my ($k, $v) = splice @kv, 0, 2; push @r, "\"$k\":" . (ref $v ? $$v : j($v)) } return '{' . join(',', @r) . '}' }
sub ascii_mail { my ($p, $o) = @_; my $l = lc $p; $l =~ s/ /./g; return $l =~ /^[a-z.]+$/ ? "$l\@$domain[$o]" : sprintf 'u%04d@%s', fnv($p) % 10000, $domain[$o] }
table('orgs', map { j($_) } @orgs);
table('groups', map { j($_) } @group);
my @services = ('Workplace', 'Printing', 'E-mail and calendar', 'Telephony', 'Video meetings', 'Wi-Fi and LAN', 'Remote access', 'Identity and access', 'File storage', 'ERP', 'HR and payroll', 'CRM', 'Timesheets and projects', 'Intranet and wiki', 'Build and test');
table('services', map { j($_) } @services);
my %cat; $cat{$_->[1]}++ for @rule; $cat{$_->[0]}++ for values %topic; $cat{$_->[0]}++ for @zh;
table('categories', map { '[' . join(',', map { j($_) } split m{ / }) . ']' } sort keys %cat);
my $ext = 0;
my @rows;
for my $login (sort keys %known) { push @rows, o(login => $login, name => $known{$login}, org => $orgs[$login eq 'requester' ? org_of($emma) : 0], email => "$login\@$domain[0]", phone => sprintf('+44 20 7946 %04d', $ext++), place => $login eq 'requester' ? place_of($emma) : 'Rotterdam, floor 2', vip => \'false') }
for my $p (grep { my $p = $_; !grep { $_ eq $p } values %known } @agents, @people_en, @people_zh) {
	next if $p eq $emma;
	my $zh = $p =~ /\p{Han}/;
	push @rows, o(name => $p, org => $orgs[org_of($p)], email => ascii_mail($p, org_of($p)), phone => $zh ? sprintf('021-5550-%04d', $ext++) : sprintf('+44 20 7946 %04d', $ext++), place => place_of($p), vip => \(fnv("vip$p") % 40 == 0 ? 'true' : 'false'));
}
table('people', map { known($_) } @rows);
table('members', map { my $g = $_; map { o(group => $group[$g], person => $_, lead => \($_ eq $member[$g][$g == 0 || $g == 1 || $g == 5 ? 2 : 0] ? 'true' : 'false')) } do { my %s; grep { !$s{$_}++ } @{$member[$g]} } } 0 .. $#group);
table('devices', map { known(o(name => $_->{name}, class => $_->{class}, owner => $_->{owner}, org => $orgs[$_->{org}], place => $_->{place}, service => $_->{service})) } @device);
for my $m (@made) {
	print "T\t$m->{n}\n";
	for my $r (@{$m->{rows}}) {
		my ($at, $v, $verb, $public, $who, $text, $flag, $fields) = @$r;
		print known(join("\t", 'R', int(($at - $w0) / 60), $v, $verb, $public, j($who), defined $text ? j($text) : '', $flag, $fields)), "\n";
	}
}
my ($rows, $zh) = (0, 0); $rows += @{$_->{rows}}, $zh += $_->{zh} for @made;
printf STDERR "%d tickets, %d rows, %d in Chinese, %d texts to choose from; requester is %s with %d\n", scalar @made, $rows, $zh, scalar @text, $emma, $count{$emma};
