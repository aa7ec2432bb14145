namespace Annotator.Formats.Model;

/// <summary>Who or what made an annotation. The numbers are stored in the database and never change meaning.</summary>
public enum AnnotationSource : short
{
    Manual = 0,
    Auto = 1,
    SemiAuto = 2,
    File = 3,
    Consensus = 4,
}
