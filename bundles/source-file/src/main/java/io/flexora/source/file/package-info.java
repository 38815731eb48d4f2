/** Files and folders of this machine. */
package io.flexora.source.file;
