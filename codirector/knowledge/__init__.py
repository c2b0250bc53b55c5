"""What Codirector knows: articles in Markdown, an index over them, and answers with numbered sources. Stands alone.

Start at `library.Library`. An article is data: nothing it says can cause an action.
"""
