/** Rows from files of JSON Lines, JSON, CSV and Parquet, and from folders of them. */
package io.flexora.dataset.files;
