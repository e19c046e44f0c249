# shellcheck shell=sh
# The SSH server of a rescue: dropbear, one key, no passwords, no forwarding. Its own key is made anew each boot and told to the engine.
ROOT_HOME=$sandbox/root

# Sets authorized_key: algorithm and key without the comment. An ssh-ed25519 key is 51 bytes (RFC 8709 §4): length 11, that name,
# length 32, the key; of its 68 base64 characters the first 25 are the same in every one.
take_authorized_key() {
  take_parameter authorized-key
  authorized_key=${parameter#ssh-ed25519 }
  [ "$authorized_key" != "$parameter" ] || bad_parameter authorized-key 'is not an ssh-ed25519 key'
  authorized_key=${authorized_key%% *}
  case $authorized_key in
    *[!A-Za-z0-9+/]*) bad_parameter authorized-key 'is not base64' ;;
    AAAAC3NzaC1lZDI1NTE5AAAAI*) ;;
    *) bad_parameter authorized-key 'is not an ssh-ed25519 key' ;;
  esac
  [ "${#authorized_key}" -eq 68 ] || bad_parameter authorized-key 'has another length than an ssh-ed25519 key'
  authorized_key="ssh-ed25519 $authorized_key"
}

# The last key given is the only one.
allow_key() {
  mkdir -p "$ROOT_HOME/.ssh"
  printf 'no-port-forwarding,no-agent-forwarding,no-X11-forwarding %s\n' "$authorized_key" >"$ROOT_HOME/.ssh/authorized_keys.new"
  mv "$ROOT_HOME/.ssh/authorized_keys.new" "$ROOT_HOME/.ssh/authorized_keys"
}

# Sets host_key.
make_host_key() {
  if ! [ -s "$RUN/rescue/host-key" ]; then
    rm -f "$RUN/rescue/host-key.new"
    run_tool tool-failed dropbearkey -t ed25519 -f "$RUN/rescue/host-key.new"
    mv "$RUN/rescue/host-key.new" "$RUN/rescue/host-key"
  fi
  run_tool tool-failed dropbearkey -y -f "$RUN/rescue/host-key"
  host_key=$(printf '%s\n' "$tool_output" | awk '$1 == "ssh-ed25519" { print $1 " " $2; exit }')
}

# -s: no passwords; -j, -k: no forwarding. It leaves the step's process group by itself, so a cancelled step does not end it.
serve_ssh() {
  ! is_ssh_served || return 0
  run_tool tool-failed dropbear -s -j -k -r "$RUN/rescue/host-key" -P "$RUN/rescue/ssh.pid" -p 22
}

is_ssh_served() {
  read_attr "$RUN/rescue/ssh.pid"
  [ -n "$attr" ] && [ -d "/proc/$attr" ]
}
