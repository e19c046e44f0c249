/** Erasing the disks of a server: the dialog, the verb, what is told of it. */
export const cleaning = {
  'action.clean': 'Erase disks…',
  'verb.clean': 'erase disks',
  'clean.title': 'Erase disks of {{name}}',
  'clean.what':
    'The power is cut at once, the server boots the ramdisk, erases the disks below and is switched off. What is on them is lost.',
  'clean.byHand':
    'Switch the server on by hand and let it boot from the network: the ramdisk erases the disks below. What is on them is lost.',
  'clean.method': 'How disks are erased',
  'clean.disks': 'Erase these disks',
  'clean.noDisk': 'There is no disk that may be erased.',
  'clean.notInspected':
    'The disks of this server are not known yet: every disk is erased that does not look as if it belonged to other servers too.',
  'clean.typeName': 'Type {{name}} to confirm',
  'clean.result': 'What became of each disk',
  'clean.erased': 'is erased',
  'clean.notErased': 'is not erased: {{reason}}',
  'clean.go': 'Erase',
  'confirm.releaseAndClean':
    'The power is cut at once: an operating system that runs does not shut down first. Its disks are erased, all that may be touched, and then the server becomes available again.',
  'confirm.releaseAndCleanByHand':
    'Its disks are erased, all that may be touched: switch it on by hand and let it boot from the network. Then the server becomes available again.',
  'cleaning.deployment.resumed': 'Erasing of disks taken up again after a restart of the engine',
  'cleaning.deployment.retried': 'Erasing of disks retried from {{from}}',
  'cleaning.deployment.succeeded': 'Disks erased',
  'cleaning.deployment.failed': 'Erasing of disks failed: {{text}}',
  'cleaning.deployment.cancelled': 'Erasing of disks cancelled: {{text}}',
  'cleaning.progressOf': 'Erasing of the disks of {{name}}',
  'cleaning.spoken': 'Erasing of disks: {{state}}. {{step}}',
  'notice.cleaned': 'The disks of {{name}} are erased',
  'notice.cleanFailed': 'Erasing the disks of {{name}} failed',
  'notice.cleanCancelled': 'Erasing the disks of {{name}} was cancelled',
} as const;
