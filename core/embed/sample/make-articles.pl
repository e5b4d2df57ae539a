#!/usr/bin/perl
# make-articles.pl FOLDER: prints articles.txt, the articles of the sample desk, from the files beside it (articles/) and from FOLDER with
# prometheus-runbooks, openshift-runbooks, govuk-manual and tldr (pages.zh unpacked). A line of JSON for each: {path, fields}.
use strict;
use warnings;
use utf8;
use JSON::PP;
use File::Basename;
binmode STDOUT, ':utf8';
my $from = shift or die "which folder?\n";
my $here = dirname($0);
my $json = JSON::PP->new->canonical;

sub slurp { my $f = shift; open my $h, '<:utf8', $f or die "$f: $!"; local $/; my $t = <$h>; $t =~ s/\r\n/\n/g; $t }

# front matter as far as these files have it
sub parts {
	my $t = shift;
	my %f;
	if ($t =~ s/\A---\n(.*?)\n---\n+//s) {
		my ($head, $key) = ($1, '');
		for (split /\n/, $head) {
			if (/^(\w+): \|$/) { $key = $1; $f{$key} = '' }
			elsif (/^  (.*)/ && $key) { $f{$key} .= ($f{$key} eq '' ? '' : "\n") . $1 }
			elsif (/^(\w+):\s*\[(.*)\]$/) { $f{$1} = [map { s/^\s+|\s+$//gr } split /,/, $2]; $key = '' }
			elsif (/^(\w+):\s*"?(.*?)"?\s*$/) { $f{$1} = $2; $key = '' }
		}
	}
	return ($t, %f);
}

sub put { my ($path, $fields) = @_; print $json->encode({path => $path, fields => $fields}), "\n" }

for my $file (sort glob "$here/articles/*.md") {
	my ($body, %f) = parts(slurp($file));
	$f{group} = delete $f{owner_group};
	$f{body} = $body;
	put('sample/' . basename($file), \%f);
}
my %sets = (
	'prometheus-runbooks' => ['https://github.com/prometheus-operator/runbooks', 'Apache-2.0', 'runbook', 'server',
		map({"node/Node$_"} qw(ClockNotSynchronising FilesystemAlmostOutOfSpace FilesystemSpaceFillingUp HighNumberConntrackEntriesUsed NetworkTransmitErrs RAIDDiskFailure)),
		map({"kubernetes/Kube$_"} qw(APIDown ContainerWaiting NodeNotReady PersistentVolumeFillingUp PodCrashLooping PodNotReady)),
		map({"etcd/etcd$_"} qw(MembersDown NoLeader)), map({"general/$_"} qw(TargetDown Watchdog)), 'alertmanager/AlertmanagerFailedReload', 'prometheus/PrometheusTargetSyncFailure'],
	'openshift-runbooks' => ['https://github.com/openshift/runbooks', 'Apache-2.0', 'runbook', 'cluster', 'HighlyAvailableWorkloadIncorrectlySpread'],
	'govuk-manual' => ['https://github.com/alphagov/govuk-developer-docs', 'MIT, Crown Copyright (Government Digital Service)', 'howto', undef,
		qw(incident-what-to-do.html on-call.html pagerduty.html clear-the-redis-cache.html purge-cache.html rate-limiting.html dns.html setup-a-yubikey.html github-unavailable.html)],
	'tldr' => ['https://github.com/tldr-pages/tldr', 'CC BY 4.0, the tldr-pages contributors', 'howto', undef,
		map({"pages.zh/common/$_"} qw(tar ping ssh df curl rsync))]);
for my $set (qw(prometheus-runbooks openshift-runbooks govuk-manual tldr)) {
	my ($source, $licence, $type, $class, @names) = @{$sets{$set}};
	for my $name (@names) {
		my ($body, %f) = parts(slurp("$from/$set/$name.md"));
		my ($title) = $f{title} || $body =~ /^#+ (.*?)\s*#*$/m;
		my %a = (title => $title, body => $body, source => $source, licence => $licence, type => $type, audience => $set eq 'tldr' ? 'public' : 'internal');
		$a{ci_class} = $class if $class;
		$a{language} = $set eq 'tldr' ? 'zh_CN' : 'en';
		$a{tags} = [$set eq 'govuk-manual' ? lc $f{section} : $set eq 'tldr' ? 'command' : 'alert'];
		put("$set/$name.md", \%a);
	}
}
