# shellcheck shell=sh
# The package source: the repositories that `.treeinfo` names and those of the kickstart, their metadata and packages, each
# held against its checksum.

take() {
  fetch "$1" "$2" || stop_with "cannot fetch $1"
}

# is_sha256 FILE SUM
is_sha256() {
  [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$2" ] || stop_with "$1 has not the checksum $2"
}

# Text between two marks, one line each.
between() {
  { tr -d '\n'; echo; } | sed "s|$1|\n&|g" | sed -n "s|^$1\(.*\)$2.*|\1|p"
}

find_repositories() {
  base=$(option url --url)
  [ -n "$base" ] || stop_with 'the kickstart names no package source'
  take "$base/.treeinfo" /tmp/payload-treeinfo
  variants=$(sed -n 's/^variants *= *//p' /tmp/payload-treeinfo | tr ',' ' ')
  for variant in $variants; do
    folder=$(sed -n "/^\[variant-$variant\]/,/^\[variant-/s/^repository *= *//p" /tmp/payload-treeinfo)
    add_repository "$variant" "$base/$folder"
  done
  sed -n "s/^repo --name='\([^']*\)' --baseurl='\([^']*\)'.*/\1 \2/p" "$ks/commands" >/tmp/own-repositories
  while read -r name url; do add_repository "$name" "$url"; done </tmp/own-repositories
}

# add_repository NAME URL: its packages go to /tmp/packages, a line each: URL SHA256.
add_repository() {
  take "$2/repodata/repomd.xml" /tmp/repomd.xml
  between '<data type="primary">' '</data>' </tmp/repomd.xml >/tmp/primary
  take "$2/$(sed -n 's/.*href="\([^"]*\)".*/\1/p' /tmp/primary)" /tmp/primary.xml.gz
  is_sha256 /tmp/primary.xml.gz "$(sed -n 's/.*<checksum type="sha256">\([0-9a-f]*\).*/\1/p' /tmp/primary)"
  gzip -dc /tmp/primary.xml.gz | between '<package type="rpm">' '</package>' |
    sed "s|.*<checksum[^>]*>\([0-9a-f]*\)<.*href=\"\([^\"]*\)\".*|$2/\2 \1|" >>/tmp/packages
  log "anaconda: modules.payloads.payload.dnf.dnf_manager: Loaded metadata from '$2'."
}

install_packages() {
  make_system $sysroot
  # The D-Bus modules log by their own names.
  logger -p local1.debug -t "org.fedoraproject.Anaconda.Modules.Payloads[$(($$ + 1))]" \
    "DEBUG:anaconda.modules.payloads.payload.dnf.transaction_progress:Starting the installation. Total packages: $(wc -l </tmp/packages)"
  while read -r package sum; do
    log "anaconda: modules.payloads.payload.dnf.dnf_manager: Downloading $package"
    take "$package" /tmp/package
    is_sha256 /tmp/package "$sum"
    unpack_into $sysroot /tmp/package
  done </tmp/packages
}
