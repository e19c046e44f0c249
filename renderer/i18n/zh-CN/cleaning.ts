import type { Translation } from '../catalogue.ts';
import type { cleaning as english } from '../en/cleaning.ts';

export const cleaning: Translation<typeof english> = {
  'action.clean': '擦除磁盘…',
  'verb.clean': '擦除磁盘',
  'clean.title': '擦除 {{name}} 的磁盘',
  'clean.what': '立即切断电源，服务器启动内存系统，擦除下列磁盘后关机。磁盘上的内容将丢失。',
  'clean.byHand': '请手动开机并让其从网络启动：内存系统将擦除下列磁盘。磁盘上的内容将丢失。',
  'clean.method': '磁盘擦除方式',
  'clean.disks': '擦除这些磁盘',
  'clean.noDisk': '没有可以擦除的磁盘。',
  'clean.notInspected': '尚不知道此服务器的磁盘：凡看来不属于其他服务器的磁盘都会被擦除。',
  'clean.typeName': '输入 {{name}} 以确认',
  'clean.result': '每块磁盘的结果',
  'clean.erased': '已擦除',
  'clean.notErased': '未擦除：{{reason}}',
  'clean.go': '擦除',
  'confirm.releaseAndClean':
    '立即切断电源：正在运行的操作系统不会先关机。所有允许改动的磁盘将被擦除，之后该服务器重新变为可部署。',
  'confirm.releaseAndCleanByHand':
    '所有允许改动的磁盘将被擦除：请手动开机并让其从网络启动。之后该服务器重新变为可部署。',
  'cleaning.deployment.resumed': '引擎重启后继续擦除磁盘',
  'cleaning.deployment.retried': '从 {{from}} 重试擦除磁盘',
  'cleaning.deployment.succeeded': '磁盘已擦除',
  'cleaning.deployment.failed': '擦除磁盘失败：{{text}}',
  'cleaning.deployment.cancelled': '擦除磁盘已取消：{{text}}',
  'cleaning.progressOf': '{{name}} 的磁盘擦除',
  'cleaning.spoken': '擦除磁盘：{{state}}。{{step}}',
  'notice.cleaned': '{{name}} 的磁盘已擦除',
  'notice.cleanFailed': '擦除 {{name}} 的磁盘失败',
  'notice.cleanCancelled': '擦除 {{name}} 的磁盘已取消',
};
