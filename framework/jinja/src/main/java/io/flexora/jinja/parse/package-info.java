/** From the text of a template to its statements. */
package io.flexora.jinja.parse;
