using System.Globalization;
using System.Text;

namespace Annotator.Worker.Datasets;

/// <summary>The names under which exports are downloaded: plain ASCII, as clients of the contract insist.</summary>
internal static class ExportNames
{
    private const int Longest = 200;
    private const int LongestObject = 120;

    /// <summary>Such as <c>task_7_dataset_2026_11_22_10_00_00_coco 1.0.zip</c>.</summary>
    /// <param name="subresource">dataset or annotations.</param>
    /// <param name="updated">When the object was last changed.</param>
    /// <param name="id">Null for a selection, which has none.</param>
    public static string Usual(string target, int? id, string subresource, DateTimeOffset updated, string format) => Safe(string.Create(
        CultureInfo.InvariantCulture,
        $"{target}{(id is null ? "" : "_")}{id}_{subresource}_{updated.UtcDateTime:yyyy_MM_dd_HH_mm_ss}_{format}.zip").ToLowerInvariant());

    /// <summary>Such as <c>task_street_backup_2026_11_22_10_00_00.zip</c>.</summary>
    /// <param name="name">The object's own; shortened where the whole would be too long.</param>
    public static string Backup(string target, string name, DateTimeOffset updated) => Safe(string.Create(
        CultureInfo.InvariantCulture,
        $"{target}_{(name.Length > LongestObject ? name[..LongestObject] : name)}_backup_{updated.UtcDateTime:yyyy_MM_dd_HH_mm_ss}.zip").ToLowerInvariant());

    /// <summary>The user's own name, made safe and given the extension if it has none.</summary>
    public static string Wished(string name) =>
        Safe(name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? name : name + ".zip");

    private static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var letter in name.TrimStart('.', ' '))
        {
            safe.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' ? letter : '_');
        }

        if (safe.Length > Longest)
        {
            safe.Remove(Longest - 4, safe.Length - Longest);
        }

        return safe.Length > ".zip".Length ? safe.ToString() : "export.zip";
    }
}
