"""What each way asks of an owner beside what every need says: one module a way.

The answers are read, judged, fixed in the need and published with it; the template of the same name
below ``templates/ways`` asks and shows them. What a way decides is ``signing.ways``'.
"""
