package io.flexora.runstore;

/** The stage of the saving of a checkpoint. */
enum SaveStage {
  /** The folder is made, nothing is in it. */
  FOLDER_MADE,
  /** The arrays are on the disk. */
  ARRAYS_SYNCED,
  /** All files but the manifest are on the disk. */
  VALUES_SYNCED,
  /** The manifest is on the disk, the folder does not have its name yet. */
  MANIFEST_SYNCED,
  /** The folder has its name, which may not be on the disk yet. */
  FOLDER_MOVED,
  /** The checkpoint is complete, older ones are still there. */
  FOLDER_SYNCED,
  /** An old one has lost its name and is about to be deleted. */
  OLD_RENAMED
}
