/** Filters, tests and global functions of templates. */
package io.flexora.jinja.filter;
