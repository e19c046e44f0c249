/** The step whose phase is the installer's. In a file of its own, because steps and desk both need it. */
export const installStepName = 'install';
