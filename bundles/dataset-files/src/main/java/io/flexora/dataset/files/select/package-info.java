/** Which fields and rows are taken, and which of them go to which split. */
package io.flexora.dataset.files.select;
