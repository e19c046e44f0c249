import type { ImageUploads } from '#engine/images/image-uploads.ts';
import { CodedError } from '#shared/contract/index.ts';

/** Of an engine without an image library: it waits for no file. */
export const noUploads: ImageUploads = {
  take: async ({ imageId: id }) => {
    throw new CodedError('input.not_found', 'no upload is expected', { what: 'image', id });
  },
};
