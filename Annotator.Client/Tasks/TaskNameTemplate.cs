using System.Globalization;

namespace Annotator.Client.Tasks;

/// <summary>Names for many tasks, out of what each is made of: <c>{{file_name}}</c> and <c>{{index}}</c>, which counts from 1.</summary>
public static class TaskNameTemplate
{
    /// <summary>Stands for the file's or folder's name.</summary>
    public const string FileName = "{{file_name}}";

    /// <summary>Stands for the number in the list.</summary>
    public const string Index = "{{index}}";

    /// <summary>Characters of a task's name.</summary>
    private const int Longest = 256;

    /// <summary>The name of one task; never empty, and cut where it is too long.</summary>
    /// <param name="fileName">A file without its ending, or a folder.</param>
    public static string Apply(string template, string fileName, int index)
    {
        var name = template.Replace(FileName, fileName, StringComparison.Ordinal).Replace(Index, index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Trim();
        return name.Length == 0 ? fileName : name.Length > Longest ? name[..Longest] : name;
    }
}
