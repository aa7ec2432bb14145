namespace Annotator.Formats.Archives;

/// <summary>Temporary files for what must be written or read in another order than it comes; gone when closed.</summary>
internal static class Spool
{
    private const int BufferBytes = 128 << 10;

    public static FileStream Create() => new(
        Path.Combine(Path.GetTempPath(), "annotator-" + Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose,
        });
}
