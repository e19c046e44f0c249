import type { Translation } from '../catalogue.ts';
import type { services as english } from '../en/services.ts';

export const services: Translation<typeof english> = {
  'services.title': '服务',
  'services.detail': '服务范围',
  'services.lastPacket': '最近数据包',
  'services.noPacket': '尚无',
  'services.restart': '重新启动',
  'services.toNetworks': '打开网络',
  'services.openLogs': '打开日志文件夹',
  'services.what.dhcp': '在您开启的网络上，为已登记的机器提供地址和启动文件。',
  'services.what.tftp': '为从网络启动的机器提供第一个引导程序。',
  'services.what.http': '提供启动脚本、内存系统和镜像。',
  'services.what.syslog': '接收 Linux 安装程序的日志：安装进度由此而来。',
  'services.what.ipmi': '与 BMC 通信：电源、启动设备、定位灯。',
  'services.what.ramdisk': '机器启动的小系统，用于检查硬件和写入磁盘。',
  'services.what.boot-programs': '用于 BIOS 和 UEFI 的 iPXE。',
  'services.what.database': '保存所有数据。无法写入时，事件暂存在内存中。',
  'services.what.virtual-rack': '这台电脑上的模拟服务器，可在“机架”页面启动。',
};
