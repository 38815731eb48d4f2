/** SQL over the runs of a folder: reads what they have written down, and never writes to them. */
package io.flexora.query;
