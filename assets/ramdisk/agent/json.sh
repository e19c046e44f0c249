# shellcheck shell=sh
# Writing JSON from a shell. Functions print JSON in which every string is still raw, between the bytes SOH and STX;
# json_finish turns such text into JSON in one pass: one process for a document instead of one for each string.
# A string that is empty after trimming becomes null.

json_open=$(printf '\001')
json_close=$(printf '\002')
json_carriage_return=$(printf '\r')

json_string() {
  case $1 in
    *"$json_open"* | *"$json_close"*) printf '%s%s%s' "$json_open" "$(printf '%s' "$1" | tr -d '\001\002')" "$json_close" ;;
    *) printf '%s%s%s' "$json_open" "$1" "$json_close" ;;
  esac
}

# A file's bytes as one string (the file of a hostile tool: stderr, a serial with NULs in it).
json_string_of_stdin() {
  printf '%s' "$json_open"
  tr -d '\001\002'
  printf '%s' "$json_close"
}

json_number() {
  if is_number "$1"; then printf '%s' "$1"; else printf 'null'; fi
}

json_boolean() {
  case $1 in
    1 | true | yes | Y) printf 'true' ;;
    0 | false | no | N) printf 'false' ;;
    *) printf 'null' ;;
  esac
}

# KEY VALUE → "key":value, with a comma before all but the first of an object: json_object_start resets that.
json_object_start() {
  printf '{'
  json_comma=
}

json_key() {
  printf '%s"%s":' "$json_comma" "$1"
  json_comma=,
}

json_key_string() {
  json_key "$1"
  json_string "$2"
}

json_key_number() {
  json_key "$1"
  json_number "$2"
}

json_key_boolean() {
  json_key "$1"
  json_boolean "$2"
}

# Lines of stdin → list of strings.
json_list_of_lines() {
  json_list_comma=
  printf '['
  while IFS= read -r json_line || [ -n "$json_line" ]; do
    [ -n "$json_line" ] || continue
    printf '%s' "$json_list_comma"
    json_string "${json_line%"$json_carriage_return"}"
    json_list_comma=,
  done
  printf ']'
}

# stdin with marked strings → JSON, pure ASCII. Works on byte numbers: no awk agrees with another on bytes above 127.
json_finish() {
  od -An -v -tu1 | awk '
    BEGIN { for (code = 32; code < 127; code++) literal[code] = sprintf("%c", code); literal[10] = "\n" }

    function escaped(code) {
      if (code == 34) return "\\\""
      if (code == 92) return "\\\\"
      if (code >= 32 && code < 127) return literal[code]
      if (code < 65536) return sprintf("\\u%04x", code)
      code -= 65536
      return sprintf("\\u%04x\\u%04x", 55296 + int(code / 1024), 56320 + code % 1024)
    }

    # Length of the valid UTF-8 sequence at byte[from], 0 if there is none (RFC 3629 §4: no overlong forms, no surrogates).
    function sequence(from,    lead, second, length_, low, high, next_) {
      lead = byte[from]; low = 128; high = 191
      if (lead < 128) return 1
      if (lead >= 194 && lead <= 223) length_ = 2
      else if (lead >= 224 && lead <= 239) { length_ = 3; if (lead == 224) low = 160; if (lead == 237) high = 159 }
      else if (lead >= 240 && lead <= 244) { length_ = 4; if (lead == 240) low = 144; if (lead == 244) high = 143 }
      else return 0
      if (from + length_ - 1 > last) return 0
      if (byte[from + 1] < low || byte[from + 1] > high) return 0
      for (next_ = from + 2; next_ < from + length_; next_++) if (byte[next_] < 128 || byte[next_] > 191) return 0
      return length_
    }

    function text(    first, at, width, code, index_, out) {
      first = 1; last = count
      while (first <= last && byte[first] <= 32) first++
      while (last >= first && byte[last] <= 32) last--
      if (first > last) return "null"
      out = "\""
      for (at = first; at <= last; at += width) {
        width = sequence(at)
        if (width == 0) { out = out "\\ufffd"; width = 1; continue }
        code = byte[at]
        if (width == 2) code -= 192
        if (width == 3) code -= 224
        if (width == 4) code -= 240
        for (index_ = at + 1; index_ < at + width; index_++) code = code * 64 + byte[index_] - 128
        out = out escaped(code)
      }
      return out "\""
    }

    {
      out = ""
      for (field = 1; field <= NF; field++) {
        value = $field + 0
        if (inside) {
          if (value == 2) { inside = 0; out = out text() }
          else if (value != 0) byte[++count] = value
        }
        else if (value == 1) { inside = 1; count = 0 }
        else out = out literal[value]
      }
      printf "%s", out
    }
  '
}
