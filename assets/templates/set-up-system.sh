# shellcheck shell=sh
# Runs as root inside the installed system, before its first start. What it does is called below these functions; the
# sentence in $work/failure says what went wrong.
set -eu
work=/var/log/rackside
mkdir -p "$work"
chmod 0700 "$work"
rm -f "$work/failure"
step='the set-up'
trap '[ "$?" = 0 ] || [ -s "$work/failure" ] || printf "%s failed\n" "$step" >"$work/failure"' EXIT

# install_file MODE PATH: the content comes on standard input, each line behind a bar, so that no line of it can end the
# here document or be an installer's own keyword (`%end`).
install_file() {
  step="writing $2"
  mkdir -p "$(dirname "$2")"
  sed 's/^|//' >"$2"
  chmod "$1" "$2"
}

# set_sysconfig PATH NAME VALUE: one line of a file that the distribution brings; the rest of it stays.
set_sysconfig() {
  step="writing $1"
  mkdir -p "$(dirname "$1")"
  touch "$1"
  grep -v "^$2=" "$1" >"$1.rackside" || :
  printf '%s="%s"\n' "$2" "$3" >>"$1.rackside"
  cat "$1.rackside" >"$1"
  rm -f "$1.rackside"
}

# set_password NAME HASH
set_password() {
  step="the password of $1"
  printf '%s:%s\n' "$1" "$2" | chpasswd -e
}

# add_user NAME FULL_NAME HASH SUDO. Without a hash nobody can log in by password: `*`, because sshd takes `!` for an
# account that is locked, keys and all, where PAM is off.
add_user() {
  step="user $1"
  if ! id "$1" >/dev/null 2>&1; then
    useradd --create-home --shell /bin/bash --comment "$2" "$1"
  fi
  set_password "$1" "${3:-*}"
  [ "$4" = yes ] || return 0
  # SUSE asks for root's password by default (targetpw); an account without a password cannot be asked for it.
  may_run='ALL'
  [ -n "$3" ] || may_run='NOPASSWD: ALL'
  printf 'Defaults:%s !targetpw\n%s ALL=(ALL) %s\n' "$1" "$1" "$may_run" >"/etc/sudoers.d/90-$1"
  chmod 0440 "/etc/sudoers.d/90-$1"
}

# authorize NAME: keys on standard input, each line behind a bar.
authorize() {
  step="the keys of $1"
  home=$(getent passwd "$1" | cut -d : -f 6)
  mkdir -p "$home/.ssh"
  sed 's/^|//' >"$home/.ssh/authorized_keys"
  chmod 0700 "$home/.ssh"
  chmod 0600 "$home/.ssh/authorized_keys"
  chown -R "$1:" "$home/.ssh"
  if command -v restorecon >/dev/null 2>&1; then restorecon -R "$home/.ssh" || :; fi
}

# Root by key, where the distribution or an installer switched it off. A drop-in counts only if it is read: OpenSSH takes
# the first value that it meets, and the distributions include the folder at the top.
let_root_log_in_by_key() {
  step='the settings of sshd'
  if grep -qs '^[[:space:]]*Include[[:space:]].*sshd_config.d' /etc/ssh/sshd_config /usr/etc/ssh/sshd_config; then
    mkdir -p /etc/ssh/sshd_config.d
    echo 'PermitRootLogin prohibit-password' >/etc/ssh/sshd_config.d/00-rackside.conf
    chmod 0600 /etc/ssh/sshd_config.d/00-rackside.conf
  elif [ -f /etc/ssh/sshd_config ]; then
    # `yes` stays: root may have a password as well.
    sed -i \
      -e 's/^[[:space:]]*PermitRootLogin[[:space:]]\{1,\}no\>.*/PermitRootLogin prohibit-password/' \
      -e 's/^[[:space:]]*PermitRootLogin[[:space:]]\{1,\}forced-commands-only\>.*/PermitRootLogin prohibit-password/' \
      /etc/ssh/sshd_config
  fi
}

start_sshd_at_boot() {
  step='sshd at boot'
  for unit in ssh sshd; do
    if [ -f "/usr/lib/systemd/system/$unit.service" ] || [ -f "/lib/systemd/system/$unit.service" ]; then
      systemctl enable "$unit.service"
      return 0
    fi
  done
}

# require_repository URL: apt-setup only comments out what it could not read or whose signature it does not know.
require_repository() {
  step="the repository $1"
  if grep -s '^#deb ' /etc/apt/sources.list | grep -qF -e " $1 "; then
    printf 'APT did not take the repository %s: not there, or signed by a key that it does not know\n' "$1" >"$work/failure"
    exit 1
  fi
}

# run_script NAME PATH: a person's own script, for sh unless it says otherwise in its first line. Its output stays;
# itself it does not, because it may hold secrets.
run_script() {
  step="script $1"
  interpreter='sh'
  if [ "$(head -c 2 "$2")" = '#!' ]; then interpreter=; fi
  if $interpreter "$2" >"$2.log" 2>&1; then
    rm -f "$2"
    return 0
  fi
  rm -f "$2"
  printf 'script %s: %s\n' "$1" "$(tail -n 1 "$2.log")" >"$work/failure"
  exit 1
}
