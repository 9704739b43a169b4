"""Applications: one project, a shared part and one part per side. Drafts always save; submission freezes a version."""
