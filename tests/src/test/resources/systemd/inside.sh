#!/bin/bash
# Runs inside a container whose process 1 is systemd, after what the README says of installing. Each part of the report begins with
# "== " and its name; SystemdTest reads it.
bin=/opt/postrider-@VERSION@/bin
report() {
    echo "== $*"
}
within() { # seconds, command: until it succeeds
    timeout "$1" bash -c "until $2; do read -rt 0.1 < /run/never; done; true" 2> /dev/null || echo "not within $1 s: $2"
}
send() {
    printf 'Subject: %s\n\nby SMTP\n' "$1" > /tmp/letter
    curl -sS smtp://127.0.0.1 --mail-from outside@example.test --mail-rcpt anna@localhost --upload-file /tmp/letter
}
mkfifo /run/never
exec 9<> /run/never
useradd --create-home anna

report state
systemctl is-active postrider
report letters
send first
echo | "$bin/sendmail" anna@localhost
su anna -c "printf 'Subject: hers\n\n' | sendmail root"
within 60 '[ "$(grep -c ^From: /var/mail/anna)" = 2 ]'
within 60 'grep -q "Subject: hers" /var/mail/root'
grep '^Subject' /var/mail/anna /var/mail/root
stat -c '%U %a' /var/mail/anna

report reload
systemctl reload postrider
within 60 'journalctl -u postrider | grep -q "reload -- version"'
within 60 '[ "$(systemctl is-active postrider)" = active ]'
systemctl is-active postrider

report command of a user
printf '|"id -un > /home/anna/who; cat > /home/anna/letter"\n' > /home/anna/.forward
chown anna: /home/anna/.forward
send forwarded
within 60 'grep -q forwarded /home/anna/letter'
cat /home/anna/who
rm /home/anna/.forward

report killed
before=$(systemctl show -P MainPID postrider)
kill -9 "$before"
within 60 "[ \$(systemctl show -P NRestarts postrider) = 1 ] && systemctl -q is-active postrider"
[ "$(systemctl show -P MainPID postrider)" != "$before" ] && echo another
send afterwards
within 60 'grep -q "Subject: afterwards" /var/mail/anna'
within 60 'mailq | grep -q "Mail queue is empty"'

report stop
systemctl stop postrider
systemctl show -P Result postrider
systemctl show -P ActiveState postrider
ps -e -o comm= | grep -cE '^(master|qmgr|pickup|smtpd|cleanup|local)$'

report log
journalctl -u postrider --no-pager -o cat
report end
