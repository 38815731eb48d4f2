/** Readers of the file formats: what is written in a file, as it is written, and where. */
package io.flexora.dataset.files.read;
