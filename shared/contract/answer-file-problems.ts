/**
 * What an answer file or its template has wrong, as catalogue keys: the page has a sentence for each
 * (`answerFile.problem.<code>`). The values are named behind each code; `reason` is another program's English.
 */
export const answerFileProblemCodes = [
  'plan.bad_character', // where, character
  'plan.bad_url', // where
  'plan.bad_console', // where
  'plan.no_suite', // where
  'plan.no_disk', // where
  'plan.wrong_disk_count', // where, needed, have
  'plan.disk_too_small', // where, neededBytes, sizeBytes
  'plan.boot_in_group', // where
  'plan.dot_on_raid', // where, mountPoint
  'template', // reason
  'syntax.yaml', // reason
  'syntax.too_many_aliases',
  'syntax.no_cloud_config',
  'syntax.xml', // reason
  'syntax.no_xml',
  'syntax.xml_entity',
  'syntax.xml_root', // namespace
  'syntax.preseed_line',
  'syntax.preseed_boolean', // question
  'unknown_word.kickstart_command', // word
  'unknown_word.debconf_type', // word
  'unknown_word.autoinstall_section', // word
  'unfinished.section', // section, start
  'unfinished.end_alone',
  'missing.kickstart_command', // commands
  'missing.debconf_answer', // question
  'missing.autoinstall',
  'missing.autoinstall_version',
  'missing.autoinstall_user',
  'missing.autoyast_section', // section
  'any_disk.kickstart_ignoredisk',
  'any_disk.kickstart_clearpart',
  'any_disk.preseed',
  'any_disk.autoinstall_storage',
  'any_disk.autoinstall_disk', // id
  'any_disk.autoyast_partitioning',
  'any_disk.autoyast_drive',
  'any_disk.kernel_name', // name
  'stays_off', // word
  'not_told',
  'secret_in_clear.root',
  'secret_in_clear.user',
  'secret_in_clear.user_named', // name
  'secret_in_clear.debconf', // question
] as const;
export type AnswerFileProblemCode = (typeof answerFileProblemCodes)[number];
