using Annotator.Formats.Model;
using Npgsql;
using NpgsqlTypes;

namespace Annotator.Core.Annotations;

/// <summary>An object and the job's revision that last changed it.</summary>
internal sealed record StoredObject(AnnotationObject Object, int Revision);

/// <summary>
/// One annotation table's columns: how a row becomes a record and back. The order of <see cref="Columns"/> is the order of
/// <see cref="Read"/>, <see cref="Types"/> and <see cref="Values"/>; <c>job_id</c> and <c>revision</c> come last.
/// </summary>
internal abstract class AnnotationRows
{
    public static AnnotationRows Tags { get; } = new TagRows();
    public static AnnotationRows Shapes { get; } = new ShapeRows();
    public static AnnotationRows Tracks { get; } = new TrackRows();
    public static IReadOnlyList<AnnotationRows> All { get; } = [Tags, Shapes, Tracks];

    public static AnnotationRows Of(AnnotationTable table) => All[(int)table];

    public abstract string Table { get; }

    /// <summary>All columns but job_id and revision.</summary>
    public abstract IReadOnlyList<string> Columns { get; }
    public abstract IReadOnlyList<NpgsqlDbType> Types { get; }

    /// <summary>Rows in order of frame, then id.</summary>
    public abstract string OrderBy { get; }

    /// <summary>The condition of standing on frames $2 to $3.</summary>
    public abstract string InFrames { get; }

    public string Select => field ??= $"SELECT {string.Join(", ", Columns)}, revision FROM {Table} WHERE job_id = $1";

    public string Copy => field ??= $"COPY {Table} ({string.Join(", ", Columns)}, job_id, revision) FROM STDIN (FORMAT BINARY)";

    public string Delete => field ??= $"DELETE FROM {Table} WHERE job_id = $1 AND id = ANY ($2)";

    public string DeleteAll => field ??= $"DELETE FROM {Table} WHERE job_id = $1";

    /// <summary>Inserts, or overwrites by id: $1 job, $2 revision, then one array for each column.</summary>
    public string Upsert => field ??=
        $"""
        INSERT INTO {Table} ({string.Join(", ", Columns)}, job_id, revision)
        SELECT {string.Join(", ", Columns.Select(column => "rows." + column))}, $1, $2
        FROM unnest({string.Join(", ", Columns.Select((_, index) => $"${index + 3}"))}) AS rows ({string.Join(", ", Columns)})
        ON CONFLICT (job_id, id) DO UPDATE SET
            {string.Join(", ", Columns.Skip(1).Append("revision").Select(column => $"{column} = EXCLUDED.{column}"))}
        """;

    public abstract AnnotationObject Read(NpgsqlDataReader reader, LabelSchema schema);

    /// <summary>The row's values in order of <see cref="Columns"/>.</summary>
    public abstract object?[] Values(AnnotationObject annotation, LabelSchema schema);

    /// <summary>Appends one row to a running COPY. Synchronous: the importer buffers, and awaiting each column costs half the speed.</summary>
    public void Write(NpgsqlBinaryImporter copy, AnnotationObject annotation, int jobId, int revision, LabelSchema schema)
    {
        copy.StartRow();
        WriteValues(copy, annotation, schema);
        copy.Write(jobId, NpgsqlDbType.Integer);
        copy.Write(revision, NpgsqlDbType.Integer);
    }

    public StoredObject ReadStored(NpgsqlDataReader reader, LabelSchema schema) => new(Read(reader, schema), reader.GetInt32(Columns.Count));

    protected abstract void WriteValues(NpgsqlBinaryImporter copy, AnnotationObject annotation, LabelSchema schema);

    protected static void WriteText(NpgsqlBinaryImporter copy, string? json)
    {
        if (json is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(json, NpgsqlDbType.Jsonb);
        }
    }

    protected static IReadOnlyDictionary<int, string> Defaults(LabelSchema schema, int labelId) =>
        schema.Find(labelId)?.Defaults ?? AnnotationObject.EmptyAttributes;

    protected static IReadOnlyDictionary<int, string> ReadAttributes(NpgsqlDataReader reader, int column, IReadOnlyDictionary<int, string> defaults) =>
        reader.IsDBNull(column) ? defaults : SchemaLabel.Complete(defaults, StoredJson.ReadAttributes(reader.GetString(column)));

    private sealed class TagRows : AnnotationRows
    {
        public override string Table => "tag";
        public override string OrderBy => "frame, id";
        public override string InFrames => "frame BETWEEN $2 AND $3";
        public override IReadOnlyList<string> Columns { get; } = ["id", "frame", "label_id", "group_id", "source", "attributes"];

        public override IReadOnlyList<NpgsqlDbType> Types { get; } =
            [NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Smallint, NpgsqlDbType.Jsonb];

        public override AnnotationObject Read(NpgsqlDataReader reader, LabelSchema schema) => new Tag
        {
            Id = reader.GetInt64(0),
            Frame = reader.GetInt32(1),
            LabelId = reader.GetInt32(2),
            Group = reader.GetInt32(3),
            Source = (AnnotationSource)reader.GetInt16(4),
            Attributes = ReadAttributes(reader, 5, Defaults(schema, reader.GetInt32(2))),
        };

        public override object?[] Values(AnnotationObject annotation, LabelSchema schema) =>
        [
            annotation.Id, annotation.Frame, annotation.LabelId, annotation.Group, (short)annotation.Source,
            StoredJson.Attributes(annotation.Attributes, Defaults(schema, annotation.LabelId)),
        ];

        protected override void WriteValues(NpgsqlBinaryImporter copy, AnnotationObject annotation, LabelSchema schema)
        {
            copy.Write(annotation.Id, NpgsqlDbType.Bigint);
            copy.Write(annotation.Frame, NpgsqlDbType.Integer);
            copy.Write(annotation.LabelId, NpgsqlDbType.Integer);
            copy.Write(annotation.Group, NpgsqlDbType.Integer);
            copy.Write((short)annotation.Source, NpgsqlDbType.Smallint);
            WriteText(copy, StoredJson.Attributes(annotation.Attributes, Defaults(schema, annotation.LabelId)));
        }
    }

    private sealed class ShapeRows : AnnotationRows
    {
        public override string Table => "shape";
        public override string OrderBy => "frame, id";
        public override string InFrames => "frame BETWEEN $2 AND $3";

        public override IReadOnlyList<string> Columns { get; } =
        [
            "id", "frame", "label_id", "group_id", "source", "kind", "flags", "z_order", "rotation", "score", "points", "attributes", "elements",
        ];

        public override IReadOnlyList<NpgsqlDbType> Types { get; } =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Smallint, NpgsqlDbType.Smallint,
            NpgsqlDbType.Smallint, NpgsqlDbType.Integer, NpgsqlDbType.Real, NpgsqlDbType.Real, NpgsqlDbType.Bytea, NpgsqlDbType.Jsonb, NpgsqlDbType.Jsonb,
        ];

        public override AnnotationObject Read(NpgsqlDataReader reader, LabelSchema schema)
        {
            var kind = (ShapeKind)reader.GetInt16(5);
            var flags = reader.GetInt16(6);
            return new Shape
            {
                Id = reader.GetInt64(0),
                Frame = reader.GetInt32(1),
                LabelId = reader.GetInt32(2),
                Group = reader.GetInt32(3),
                Source = (AnnotationSource)reader.GetInt16(4),
                Kind = kind,
                Occluded = (flags & 1) != 0,
                Outside = (flags & 2) != 0,
                ZOrder = reader.GetInt32(7),
                Rotation = reader.GetFloat(8),
                Score = reader.GetFloat(9),
                Points = PointsCodec.Decode(kind, reader.GetFieldValue<byte[]>(10)),
                Attributes = ReadAttributes(reader, 11, Defaults(schema, reader.GetInt32(2))),
                Elements = reader.IsDBNull(12) ? [] : StoredJson.ReadElements(reader.GetString(12)),
            };
        }

        public override object?[] Values(AnnotationObject annotation, LabelSchema schema)
        {
            var shape = (Shape)annotation;
            return
            [
                shape.Id, shape.Frame, shape.LabelId, shape.Group, (short)shape.Source, (short)shape.Kind, Flags(shape), shape.ZOrder,
                shape.Rotation, shape.Score, PointsCodec.Encode(shape.Kind, shape.Points),
                StoredJson.Attributes(shape.Attributes, Defaults(schema, shape.LabelId)), StoredJson.Elements(shape),
            ];
        }

        protected override void WriteValues(NpgsqlBinaryImporter copy, AnnotationObject annotation, LabelSchema schema)
        {
            var shape = (Shape)annotation;
            copy.Write(shape.Id, NpgsqlDbType.Bigint);
            copy.Write(shape.Frame, NpgsqlDbType.Integer);
            copy.Write(shape.LabelId, NpgsqlDbType.Integer);
            copy.Write(shape.Group, NpgsqlDbType.Integer);
            copy.Write((short)shape.Source, NpgsqlDbType.Smallint);
            copy.Write((short)shape.Kind, NpgsqlDbType.Smallint);
            copy.Write(Flags(shape), NpgsqlDbType.Smallint);
            copy.Write(shape.ZOrder, NpgsqlDbType.Integer);
            copy.Write(shape.Rotation, NpgsqlDbType.Real);
            copy.Write(shape.Score, NpgsqlDbType.Real);
            copy.Write(PointsCodec.Encode(shape.Kind, shape.Points), NpgsqlDbType.Bytea);
            WriteText(copy, StoredJson.Attributes(shape.Attributes, Defaults(schema, shape.LabelId)));
            WriteText(copy, StoredJson.Elements(shape));
        }

        private static short Flags(Shape shape) => (short)((shape.Occluded ? 1 : 0) | (shape.Outside ? 2 : 0));
    }

    private sealed class TrackRows : AnnotationRows
    {
        public override string Table => "track";
        public override string OrderBy => "first_frame, id";
        public override string InFrames => "first_frame <= $3 AND last_frame >= $2";

        public override IReadOnlyList<string> Columns { get; } =
        [
            "id", "first_frame", "label_id", "group_id", "source", "kind", "last_frame", "keyframe_count", "attributes", "keyframes", "elements",
        ];

        public override IReadOnlyList<NpgsqlDbType> Types { get; } =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Smallint, NpgsqlDbType.Smallint,
            NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Jsonb, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
        ];

        public override AnnotationObject Read(NpgsqlDataReader reader, LabelSchema schema)
        {
            var keyframes = reader.GetFieldValue<byte[]>(9);
            return new Track
            {
                Id = reader.GetInt64(0),
                Frame = reader.GetInt32(1),
                LabelId = reader.GetInt32(2),
                Group = reader.GetInt32(3),
                Source = (AnnotationSource)reader.GetInt16(4),
                Attributes = ReadAttributes(reader, 8, schema.Find(reader.GetInt32(2))?.ImmutableDefaults ?? AnnotationObject.EmptyAttributes),
                Interpolation = KeyframeCodec.ModeOf(keyframes),
                Keyframes = KeyframeCodec.Decode(keyframes),
                Elements = reader.IsDBNull(10) ? [] : KeyframeCodec.DecodeElements(reader.GetFieldValue<byte[]>(10)),
            };
        }

        public override object?[] Values(AnnotationObject annotation, LabelSchema schema)
        {
            var track = (Track)annotation;
            return
            [
                track.Id, track.Frame, track.LabelId, track.Group, (short)track.Source, (short)track.Kind(), track.LastFrame(), track.KeyframeCount(),
                StoredJson.Attributes(track.Attributes, EmptyDefaults), KeyframeCodec.Encode(track.Keyframes, track.Interpolation), KeyframeCodec.EncodeElements(track.Elements),
            ];
        }

        protected override void WriteValues(NpgsqlBinaryImporter copy, AnnotationObject annotation, LabelSchema schema)
        {
            var values = Values(annotation, schema);
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value)
                {
                    copy.Write(value, Types[i]);
                }
                else
                {
                    copy.WriteNull();
                }
            }
        }

        // Of its own, so that a track's values are written down even where they are the label's very dictionary of defaults.
        private static readonly Dictionary<int, string> EmptyDefaults = [];
    }
}
