package io.flexora.runner.process;

import io.flexora.files.machine.FreeMemory;

/**
 * What this machine has to share.
 *
 * @param cores its processor cores
 * @param freeBytes the memory that can be allocated without swapping; the largest number if that is
 *     unknown
 */
record Machine(int cores, long freeBytes) {

  static Machine here() {
    return new Machine(Runtime.getRuntime().availableProcessors(), FreeMemory.bytes());
  }
}
