# shellcheck shell=sh
# Stands in for linuxrc (its own words for network and source, the list of checksums) and for YaST (a profile whose scripts
# run before the disks, after them and in the system; then the boot loader, and the hooks before it unmounts).
# shellcheck source=SCRIPTDIR/common.sh
. /usr/lib/stand-in/common.sh
target=/mnt
profile=/tmp/profile
scripts=/var/adm/autoinstall/scripts

# linuxrc takes a pattern of MAC addresses only with its star.
check_interface() {
  case $(argument ifcfg) in
    "$(argument BOOTIF | cut -d - -f 2- | tr 'A-F-' 'a-f:')*=dhcp") ;;
    *) give_up "ifcfg=$(argument ifcfg)" ;;
  esac
}

# take PATH FILE: from the medium, held against its CHECKSUMS.
take() {
  fetch "$source/$1" "$2" || give_up "no $1"
  wanted=$(sed -n "s|  $1\$||p" /tmp/checksums)
  [ "$(sha256sum "$2" | cut -d ' ' -f 1)" = "$wanted" ] || give_up "$1 is not what CHECKSUMS says"
}

# run_script SECTION ROOT: the only script of a section, out of its XML.
run_script() {
  mkdir -p "$2$scripts" "$2/var/adm/autoinstall/logs"
  awk -v from="<$1 " -v to="</$1>" '
    index($0, from) { inside = 1 }
    index($0, to) { exit }
    inside && sub(/^ *<source>/, "") { body = 1 }
    body && sub(/<\/source>.*/, "") { exit }
    body
  ' $profile/autoinst.xml | sed "s/&lt;/</g; s/&gt;/>/g; s/&quot;/\"/g; s/&apos;/'/g; s/&amp;/\&/g" >"$2$scripts/$1.sh"
  say "script $1"
  log=$2/var/adm/autoinstall/logs/$1.log
  chroot "$2" /bin/sh "$scripts/$1.sh" >"$log" 2>&1 || tail -n 5 "$log"
}

# run_hooks NAME ROOT: as YaST's Hooks.rb, which finds them by their names here and runs them where its SCR is, in the system.
run_hooks() {
  for hook in "/var/lib/YaST2/hooks/installation/$1"_[0-9][0-9]_*; do
    [ -e "$hook" ] || continue
    say "hook ${hook##*/}"
    chroot "$2" "$hook" || give_up "hook ${hook##*/} failed"
  done
}

# y2log LEVEL PLACE: WORDS, as y2log.cc writes it.
y2log() {
  mkdir -p /var/log/YaST2
  echo "$(date '+%Y-%m-%d %H:%M:%S') <$1> install(3104) $2" >>/var/log/YaST2/y2log
}

# Longer than the round in which our script looks at the log: a real YaST takes minutes here.
take_time() {
  sleep 20
}

[ -n "$(argument ifcfg)" ] || give_up 'no ifcfg'
check_interface
raise_network linuxrc
source=$(argument install)
fetch "$source/CHECKSUMS" /tmp/checksums || give_up 'no CHECKSUMS'
take media.1/media /tmp/media
take boot/x86_64/root /tmp/root
mkdir -p $profile
fetch "$(argument autoyast)" $profile/autoinst.xml || give_up 'no profile'
y2log 1 '[Ruby] clients/inst_autoinit.rb:67 pre probing'
y2log 1 '[Ruby] clients/inst_autoinit.rb:266 Parsing control file'
y2log 1 '[Ruby] clients/inst_autoinit.rb:285 Initial Configuration'
y2log 1 '[Ruby] clients/inst_autoinit.rb:84 Executing pre-scripts'
run_script pre-scripts /
[ -s $profile/modified.xml ] || give_up 'the scripts before the disks left no profile'
disk=$(sed -n 's|^ *<device>/dev/\([a-z0-9]*\)</device>$|\1|p' $profile/modified.xml | head -n 1)
y2log 1 '[Ruby] clients/inst_prepdisk.rb:52 BEGIN of inst_prepdisk'
y2log 1 '[Ruby] clients/inst_prepdisk.rb:55 END of inst_prepdisk'
take_time
run_script postpartitioning-scripts /
y2log 1 '[zypp] TargetImpl.cc(commit):1419 TargetImpl::commit(<pool>, CommitPolicy( DownloadInHeaps ))'
y2log 1 '[zypp] RpmDb.cc(doInstallPackage):1890 RpmDb::installPackage(/var/adm/mount/AP_0x1/noarch/bash-4.4.rpm)'
take_time
make_system $target
unpack_into $target /tmp/root
run_script chroot-scripts $target
! grep -rq "[$]6[$]" $target/var/adm || give_up 'hashes of passwords stay below /var/adm'
cp $profile/modified.xml $target/root/autoinst.xml
write_boot_sector "$disk"
run_hooks before_umount_finish $target
y2log 1 '[Ruby] clients/umount_finish.rb:57 Starting umount_finish.rb'
leave_system "$disk" $target
restart
