using System.Text;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Interactive;

/// <summary>
/// What an encoder made of a picture: kept, a click costs the small decoder only. It is worth keeping by the picture's hash and
/// the model's id; SAM's takes 4 MB, SAM 2's 16 MB.
/// </summary>
/// <param name="Key">Names picture and model; equal keys mean equal embeddings.</param>
public sealed record ImageEmbedding(string Key, int ImageWidth, int ImageHeight, IReadOnlyList<ModelTensor> Tensors)
{
    private const int Signature = 0x31424D45;
    private const int MostTensors = 16;
    private const int MostNumbers = 256 << 20;

    /// <summary>The content as bytes: what <see cref="FromBytes"/> reads.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Signature);
        writer.Write(Key);
        writer.Write(ImageWidth);
        writer.Write(ImageHeight);
        writer.Write(Tensors.Count);
        foreach (var tensor in Tensors)
        {
            writer.Write(tensor.Name);
            writer.Write((int)tensor.Type);
            writer.Write(tensor.Rank);
            Array.ForEach(tensor.Shape, writer.Write);
            writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="ModelException"><c>embedding-damaged</c>.</exception>
    public static ImageEmbedding FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
            if (reader.ReadInt32() != Signature)
            {
                throw Damaged(null);
            }

            var (key, width, height, count) = (reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            if (count is < 0 or > MostTensors || width < 1 || height < 1)
            {
                throw Damaged(null);
            }

            return new ImageEmbedding(key, width, height, [.. Enumerable.Range(0, count).Select(_ => Tensor(reader))]);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            throw Damaged(error);
        }
    }

    private static ModelTensor Tensor(BinaryReader reader)
    {
        var (name, type, rank) = (reader.ReadString(), (ElementType)reader.ReadInt32(), reader.ReadInt32());
        if (rank is < 0 or > 8)
        {
            throw Damaged(null);
        }

        var shape = new int[rank];
        long count = 1;
        for (var axis = 0; axis < rank; axis++)
        {
            shape[axis] = reader.ReadInt32();
            count = shape[axis] < 0 || count > MostNumbers ? -1 : count * shape[axis];
        }

        if (count < 0 || count > MostNumbers)
        {
            throw Damaged(null);
        }

        var data = new float[count];
        reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.AsSpan()));
        return new ModelTensor(name, shape, data, type);
    }

    private static ModelException Damaged(Exception? inner) => new("embedding-damaged", "The kept embedding of the picture is damaged; it has to be made again.", inner);
}
