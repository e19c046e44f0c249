# shellcheck shell=sh
# The engine's answers: lines of `key value`. Nothing of them is ever evaluated; each parameter becomes a file named by its key.

# decode_escapes PREFIX TEXT: a `%XX`- or `\xXX`-escaped value into `decoded`; 1 if an escape is broken or gives a NUL.
# Plain backslashes are refused with `%`: encodeURIComponent never leaves one.
decode_escapes() {
  escape_prefix=$1
  escape_rest=$2
  escape_out=
  case $escape_prefix$escape_rest in %*\\*) return 1 ;; esac
  while :; do
    case $escape_rest in
      *"$escape_prefix"*) ;;
      *) break ;;
    esac
    escape_out=$escape_out${escape_rest%%"$escape_prefix"*}
    escape_rest=${escape_rest#*"$escape_prefix"}
    escape_hex=${escape_rest%"${escape_rest#??}"}
    case $escape_hex in
      [0-9A-Fa-f][0-9A-Fa-f]) ;;
      *) return 1 ;;
    esac
    [ "$escape_hex" != 00 ] || return 1
    escape_rest=${escape_rest#??}
    escape_code=$((0x$escape_hex))
    escape_out=$escape_out\\0$((escape_code / 64))$((escape_code / 8 % 8))$((escape_code % 8))
  done
  decoded=$(printf '%b.' "$escape_out$escape_rest")
  decoded=${decoded%.}
}

# Some values are lines of tab-separated fields.
has_control_character() {
  control_rest=$2
  case $1 in layout | disks | raid-disks | addresses) control_rest=$(printf '%s' "$2" | tr -d '\t\n') ;; esac
  case $control_rest in *[[:cntrl:]]*) return 0 ;; esac
  return 1
}

# Key-value text of FILE into files DIR/<key>. 1 and a reason in `text_error` when it is malformed.
read_key_values() {
  text_error=
  rm -rf "$2"
  mkdir -p "$2"
  while IFS= read -r text_line || [ -n "$text_line" ]; do
    [ -n "$text_line" ] || continue
    text_key=${text_line%% *}
    text_value=${text_line#"$text_key"}
    text_value=${text_value# }
    case $text_key in
      [a-z]*) ;;
      *) text_error='a line without a key' ;;
    esac
    case $text_key in *[!a-z0-9-]*) text_error='a key with a strange character' ;; esac
    case $text_value in *[![:graph:]]*) text_error="a blank or control character in $text_key" ;; esac
    [ -z "$text_error" ] || return 1
    if [ -e "$2/$text_key" ]; then
      text_error="$text_key twice"
      return 1
    fi
    if ! decode_escapes % "$text_value"; then
      text_error="a broken escape in $text_key"
      return 1
    fi
    if has_control_character "$text_key" "$decoded"; then
      text_error="a control character in $text_key"
      return 1
    fi
    printf '%s' "$decoded" >"$2/$text_key"
  done <"$1"
}

# Cuts the first tab-separated field off field_rest into field_value: to `read` tabs are blanks, and empty fields vanish.
next_field() {
  field_value=${field_rest%%"$tab"*}
  case $field_rest in
    *"$tab"*) field_rest=${field_rest#*"$tab"} ;;
    *) field_rest= ;;
  esac
}
tab=$(printf '\t')
