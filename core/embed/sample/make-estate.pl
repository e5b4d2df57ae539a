#!/usr/bin/perl
# Makes estate.txt of the sample desk: make-estate.pl cis.csv relations.csv | xz -9e > estate.txt.xz (see README).
use strict;
use warnings;
use JSON::PP;

# One line of CSV; no field of these files spans lines.
sub fields {
	my ($line) = @_;
	my @f;
	$line =~ s/\r?\n$//;
	while ($line =~ /\G(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g) {
		my ($quoted, $plain, $end) = ($1, $2, $3);
		$quoted =~ s/""/"/g if defined $quoted;
		push @f, defined $quoted ? $quoted : $plain;
		last if $end eq '';
	}
	return @f;
}

sub table {
	my ($path) = @_;
	open my $in, '<:encoding(UTF-8)', $path or die "$path: $!";
	my @head = fields(scalar <$in>);
	my @rows;
	while (my $line = <$in>) {
		my %row;
		@row{@head} = fields($line);
		push @rows, \%row;
	}
	return \@rows;
}

my ($cis, $links) = map { table($_) } @ARGV;
my (%class, %role, %site);
$class{$_->{ci_id}} = $_->{class} for @$cis;
for my $l (@$links) {
	$role{$l->{source}} = $l->{target} if $l->{type} eq 'runs_role';
	$site{$l->{source}} = $l->{target} if $l->{type} eq 'located_in';
}

# Of the servers with one role in one place two are enough.
my (%keep, %seen);
for my $id (sort keys %class) {
	next if $class{$id} eq 'server' && $seen{($role{$id} // '') . ' ' . ($site{$id} // '')}++ >= 2;
	$keep{$id} = 1;
}

# Who looks after it, and which service of the desk it serves.
my %group = (server => 'Server and storage', network => 'Network', dns_record => 'Network', database_cluster => 'Databases', cluster => 'Cloud platform',
	business_service => 'Application operations', service_endpoint => 'Application operations', role => 'Server and storage', datacentre => 'Server and storage');
my @service = (
	[qr/^(service:(mw-|wikifeeds|citoid|restbase|mathoid|proton|recommendation|mobileapps)|role:mediawiki)/, 'Intranet and wiki'],
	[qr/^(service:(docker-registry|apt|config-master|helm-charts|releases)|role:(ci|gerrit|gitlab|docker_registry))/, 'Build and test'],
	[qr/^(service:(swift|thanos-swift|apus)|role:(swift|backup|mediabackup))/, 'File storage'],
	[qr/^(service:(ldap|idp)|role:(idp|openldap|ldap))/, 'Identity and access'],
	[qr/^role:(mail|mx|postfix)/, 'E-mail and calendar'],
	[qr/^role:bastion/, 'Remote access'], [qr/^subnet:/, 'Wi-Fi and LAN']);

my %providers;
$providers{$_->{target}}++ for grep { $_->{type} eq 'provides' && $keep{$_->{source}} } @$links;
my ($n, $redundant, @rows, %attrs) = (1, 0);
for my $c (@$cis) {
	my $id = $c->{ci_id};
	next unless $keep{$id};
	my %f = (class => $c->{class}, name => $c->{name}, environment => 'production');
	$f{description} = $c->{description} if $c->{description} ne '';
	$f{group} = $group{$c->{class}} if $group{$c->{class}};
	for my $s (@service) {
		$f{service} //= $s->[1] if $id =~ $s->[0];
	}
	for my $a (qw(state critical port ip encryption)) {
		next if $c->{$a} eq '';
		$f{$a} = $c->{$a};
		$attrs{$c->{class}}{$a} = 'text'; # what is declared already stays as it is
	}
	$f{criticality} = 1 if $c->{critical} eq 'yes';
	# a few are made to lose servers
	$f{redundancy} = {provides => $providers{$id} > 3 ? $providers{$id} - 2 : 1} if ($providers{$id} // 0) > 1 && $redundant++ < 20;
	push @rows, {n => ++$n, id => $id, fields => \%f};
}
my %classes = map { $_->{fields}{class} => 1 } @rows;
my @kept = grep { $keep{$_->{source}} && $keep{$_->{target}} } @$links;
my $json = JSON::PP->new->canonical->utf8;
print $json->encode([map { {class => $_, attrs => $attrs{$_} // {}} } sort keys %classes]), "\n";
print $json->encode(\@rows), "\n";
print $json->encode({from => [map { $_->{source} } @kept], type => [map { $_->{type} } @kept], to => [map { $_->{target} } @kept]}), "\n";
