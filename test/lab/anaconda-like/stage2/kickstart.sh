# shellcheck shell=sh
# A kickstart in pieces: commands, and each script with the options of its line.

# read_kickstart FILE
read_kickstart() {
  mkdir -p "$ks"
  awk -v folder="$ks" '
    /^%(pre|pre-install|post|onerror|packages)([ \t]|$)/ {
      count += 1
      section = sprintf("%s/%s.%02d", folder, substr($1, 2), count)
      print > (section ".options")
      next
    }
    /^%end/ { section = ""; next }
    section != "" { print > section; next }
    { print > (folder "/lines") }
  ' "$1"
}

# Anaconda reads the file once more after %pre: what a script of it has written is included then.
include_files() {
  while IFS= read -r line; do
    case $line in
      '%include '*)
        included=${line#%include }
        [ -r "$included" ] || stop_with "Unable to open input kickstart file: $included"
        cat "$included"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$ks/lines" >"$ks/commands"
}

# option COMMAND NAME: the value of `COMMAND NAME=value` or `COMMAND NAME value`. Anaconda splits words as a shell does.
option() {
  while IFS= read -r line; do
    case $line in "$1 "*) ;; *) continue ;; esac
    eval "set -- \"\$1\" \"\$2\" $line"
    wanted=$2
    shift 2
    for word in "$@"; do
      if [ "${previous:-}" = "$wanted" ]; then printf '%s\n' "$word"; fi
      case $word in "$wanted="*) printf '%s\n' "${word#*=}" ;; esac
      previous=$word
    done
    return
  done <"$ks/commands"
}

has_command() {
  grep -q "^$1\$" "$ks/commands"
}

# run_scripts SECTION: in their order; %post in the installed system unless it says otherwise.
run_scripts() {
  for script in "$ks/$1".[0-9][0-9]; do
    [ -e "$script" ] || continue
    options=$(cat "$script.options")
    root=/
    case $options in
      *--nochroot*) ;;
      %post*) root=$sysroot ;;
    esac
    name=ks-script-$(basename "$script")
    cp "$script" "$root/tmp/$name"
    chmod 0700 "$root/tmp/$name"
    say "script $options"
    chroot "$root" /bin/sh "/tmp/$name" >"/tmp/$name.log" 2>&1 && continue
    code=$?
    tail -n 5 "/tmp/$name.log"
    case $options in
      *--erroronfail*) stop_with "script: Error code $code running the kickstart script $name" ;;
    esac
  done
}
