# shellcheck shell=sh
# Stands in for dracut with Anaconda's module (rhinstaller/anaconda, dracut/): the kickstart, then stage 2 from the tree that
# was named.
# shellcheck source=SCRIPTDIR/common.sh
. /usr/lib/stand-in/common.sh

# config_get SECTION KEY FILE, as of `.treeinfo`.
config_get() {
  awk -F ' *= *' -v section="[$1]" -v key="$2" '
    /^\[/ { current = $0 }
    current == section && $1 == key { print $2; exit }
  ' "$3"
}

fetch_stage2() {
  tree=$(argument inst.stage2)
  fetch "$tree/.treeinfo" /tmp/treeinfo || give_up 'no .treeinfo'
  image=$(config_get stage2 mainimage /tmp/treeinfo)
  fetch "$tree/$image" /tmp/install.img || give_up "no $image"
  wanted=$(config_get checksums "$image" /tmp/treeinfo)
  [ "sha256:$(sha256sum /tmp/install.img | cut -d ' ' -f 1)" = "$wanted" ] || give_up "$image is not what .treeinfo says"
  # Anaconda looks for both in every tree.
  for extra in updates.img product.img; do
    fetch "$tree/images/$extra" "/tmp/$extra" 2>/dev/null && give_up "somebody has put an $extra there"
  done
  mkdir -p /run/stage2
  mount -t ext4 -o loop,ro /tmp/install.img /run/stage2 || give_up 'stage 2 cannot be mounted'
}

[ "$(argument ip)" = dhcp ] || give_up 'no ip=dhcp'
# dracut/parse-anaconda-net.sh sets this vendor class.
raise_network "anaconda-$(uname -srm)"
fetch "$(argument inst.ks)" /tmp/ks.cfg || give_up 'no kickstart'
fetch_stage2
say 'stage 2'
sh /run/stage2/anaconda.sh
give_up "stage 2 ended with $?"
