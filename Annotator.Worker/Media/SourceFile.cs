using Annotator.Core.Media;

namespace Annotator.Worker.Media;

/// <summary>A file that may become a frame: an upload as it is, or one inside an uploaded archive.</summary>
/// <param name="Name">The path as the user knows it.</param>
/// <param name="Upload">Where its bytes came in.</param>
/// <param name="EntryPath">Its path inside the archive; null for an upload as it is.</param>
/// <param name="Length">Bytes, as declared.</param>
internal sealed record SourceFile(string Name, Upload Upload, string? EntryPath, long Length);

/// <summary>A file that did not become a frame, and why, as the second half of a sentence: "is empty (0 bytes)".</summary>
internal sealed record RefusedFile(string Name, string Reason);

/// <summary>What became of the uploaded files; the operation's report.</summary>
internal sealed record PreparationReport(int Frames, bool HasVideos, IReadOnlyList<RefusedFile> Refused, IReadOnlyList<string> Notes)
{
    private const int Named = 3;

    /// <summary>Frames that the task had before; 0 for its first files.</summary>
    public int Before { get; init; }

    /// <summary>One or two sentences for the Requests page; empty when there is nothing to say.</summary>
    public string Summary()
    {
        var notes = Notes.Count > Named ? string.Join(' ', Notes.Take(Named)) + $" And {Notes.Count - Named} more like these." : string.Join(' ', Notes);
        if (Refused.Count == 0)
        {
            return notes;
        }

        var rest = HasVideos ? $"{Frames} frames of the other files are in the task." : Frames == 1 ? "The other photo is in the task." : $"The other {Frames} photos are in the task.";
        var refused = Refused.Count == 1
            ? Before > 0 ? $"{Refused[0].Name} was left out: it {Refused[0].Reason}." : $"{Refused[0].Name} could not be read: it {Refused[0].Reason}."
            : $"{Refused.Count} of {Frames + Refused.Count} files {(Before > 0 ? "were left out" : "could not be read")}: {Names()}.";
        return notes.Length > 0 ? $"{refused} {rest} {notes}" : $"{refused} {rest}";
    }

    /// <summary>Why there is no frame at all.</summary>
    public string Failure() => Refused.Count switch
    {
        > 0 when Before > 0 => $"None of the files could be added: {Names()}. The task's {Before} frames are as they were.",
        0 => "There is no image and no video among the uploaded files.",
        1 => $"{Refused[0].Name} could not be read: it {Refused[0].Reason}. There is no other file, so the task has no frames yet.",
        _ => $"None of the {Refused.Count} files could be read: {Names()}. The task has no frames yet.",
    };

    private string Names()
    {
        var names = string.Join("; ", Refused.Take(Named).Select(file => $"{file.Name} {file.Reason}"));
        return Refused.Count > Named ? $"{names}; and {Refused.Count - Named} more" : names;
    }
}
