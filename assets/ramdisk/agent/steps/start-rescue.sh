# shellcheck shell=sh
# A rescue: the machine is open to the holder of one key, and to who sits at a console. Nothing on a disk is touched.

step_start_rescue() {
  take_authorized_key
  report_phase other
  mkdir -p "$RUN/rescue"
  write_welcome
  welcome_logins
  make_host_key
  allow_key
  serve_ssh
  open_console_shells
  evidence hostKey json_string "$host_key"
  evidence addresses json_addresses
  evidence sshPort json_number 22
  evidence consoles json_list_of_lines <"$RUN/rescue/consoles"
  succeed
}

# Those who come by SSH read the same.
welcome_logins() {
  mkdir -p "$ROOT_HOME" "$sandbox/etc"
  chmod 0700 "$ROOT_HOME"
  cp "$RUN/rescue/welcome" "$sandbox/etc/motd"
}

json_addresses() {
  ip -4 -o addr show scope global 2>/dev/null | awk '{ sub("/.*", "", $4); print $4 }' | json_list_of_lines
}
